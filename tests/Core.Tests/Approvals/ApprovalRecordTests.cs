using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Snapshots;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

/// <summary>What State holds outlives the version that wrote it.</summary>
[TestClass]
public sealed class ApprovalRecordTests
{
    private const string Json =
        """
        {"approval":{"id":"a-0123456789abcdef0123456789abcdef","fingerprint":"f09a0d7bbe510dfb7d6840bc406100d844f7cc6739a627cd559a97f420852f5c","requester":{"person":{"issuer":"https://login.example/v2.0","subject":"dana"},"displayName":"dana@example.com","kind":"Person","session":"s-1"},"target":"acme/payments-api","summary":["push main 1111111..2222222"],"requirements":[{"rule":"payments","entry":0,"approverGroups":["payments-leads"],"quorum":1,"notify":["leads"],"expires":"00:30:00","valid":"00:15:00","reason":"a push to main"}],"snapshotSha256":"0000000000000000000000000000000000000000000000000000000000000000","created":"2026-11-20T12:00:00+00:00","expires":"2026-11-20T12:30:00+00:00","valid":"00:15:00","status":"Approved","votes":[{"person":{"issuer":"https://login.example/v2.0","subject":"lee"},"displayName":"lee@example.com","groups":["payments-leads"],"verdict":"Approve","reason":"","at":"2026-11-20T12:00:00+00:00"}],"settled":"2026-11-20T12:00:00+00:00","ended":null,"endReason":null,"usedBy":null},"told":"Pending","reminded":true}
        """;

    private const string SnapshotText =
        """
        {"updates":[{"ref":"refs/heads/main","kind":"Update","old":"1111111111111111111111111111111111111111","new":"2222222222222222222222222222222222222222","commits":[{"id":"2222222222222222222222222222222222222222","authorName":"Dana","authorEmail":"dana@example.com","committer":null,"when":"2026-11-20T12:00:00+00:00","hasSignature":false,"message":"Pay <all> of it"}],"commitsLeftOut":0,"files":[{"path":"deploy/prod.yaml","oldMode":"100644","newMode":"100644","content":"Shown","hunks":[{"oldStart":1,"newStart":1,"lines":[{"kind":"-","text":"a: 1","cut":false},{"kind":"+","text":"a: 2","cut":true}]}],"added":1,"removed":1,"hunksLeftOut":0,"pointsAt":null}],"filesLeftOut":0,"passingPaths":[],"passingPathsLeftOut":0}],"hidesFilesFromRequester":false}
        """;

    private static readonly ApprovalRecord Record = new(Example(), ApprovalStatus.Pending, Reminded: true);

    [TestMethod]
    public void Record_IsPinned() => Assert.AreEqual(Json, Encoding.UTF8.GetString(Record.ToBytes()));

    [TestMethod]
    public void Record_ReadBack_IsTheSame()
    {
        var read = ApprovalRecord.FromBytes(Encoding.UTF8.GetBytes(Json));

        Assert.IsNotNull(read);
        Assert.AreEqual((Record.Told, Record.Reminded, Record.Approval.UsableUntil), (read.Told, read.Reminded, read.Approval.UsableUntil));
        Assert.AreEqual(Json, Encoding.UTF8.GetString(read.ToBytes()));
    }

    [TestMethod]
    [DataRow("\"status\":\"Approved\"", "\"status\":\"Granted\"", DisplayName = "A status that does not exist")]
    [DataRow("\"status\":\"Approved\"", "\"status\":1", DisplayName = "A status as a number")]
    [DataRow("\"status\":\"Approved\",", "", DisplayName = "No status")]
    [DataRow("\"votes\":[", "\"others\":[", DisplayName = "No votes")]
    [DataRow("\"verdict\":\"Approve\"", "\"verdict\":\"Yes\"", DisplayName = "A verdict that does not exist")]
    [DataRow("\"subject\":\"dana\"", "\"subject\":null", DisplayName = "A requester without a subject")]
    [DataRow("\"subject\":\"dana\"", "\"x\":1", DisplayName = "A requester whose subject is missing")]
    [DataRow("\"quorum\":1,", "", DisplayName = "A requirement without a quorum")]
    [DataRow("\"fingerprint\":\"", "\"fingerprint\":\"x", DisplayName = "A fingerprint that is none")]
    [DataRow("\"id\":\"a-", "\"id\":\"b-", DisplayName = "An id that is none")]
    [DataRow("{\"approval\"", "{\"proposal\"", DisplayName = "No approval")]
    public void Record_WithSomethingWrong_IsNone(string right, string wrong)
    {
        Assert.Contains(right, Json);
        Assert.IsNull(ApprovalRecord.FromBytes(Encoding.UTF8.GetBytes(Json.Replace(right, wrong, StringComparison.Ordinal))));
    }

    [TestMethod]
    public void Snapshot_IsPinned() => Assert.AreEqual(SnapshotText, Encoding.UTF8.GetString(SnapshotJson.Write(Approving.Snapshot)));

    [TestMethod]
    public void Snapshot_ReadBack_IsTheSame() =>
        Assert.AreEqual(SnapshotText, Encoding.UTF8.GetString(SnapshotJson.Write(SnapshotJson.Read(Encoding.UTF8.GetBytes(SnapshotText))!)));

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("nonsense")]
    public void Snapshot_ThatIsNone_IsNull(string text) => Assert.IsNull(SnapshotJson.Read(Encoding.UTF8.GetBytes(text)));

    private static Approval Example()
    {
        _ = ApprovalId.TryParse("a-0123456789abcdef0123456789abcdef", out var id);
        return Approved() with { Id = id! };
    }
}
