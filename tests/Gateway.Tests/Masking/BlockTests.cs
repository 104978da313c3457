using System.Net;
using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Tests.GitHub.Rest;
using static CursorBroker.Gateway.Tests.Masking.MaskingTests;
using static CursorBroker.Gateway.Tests.Masking.Secrets;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>What the policy wants done about secrets other than masking them.</summary>
[TestClass]
public sealed class BlockTests
{
    private const string Blocking = Policy + "\nmasking: { actions: { " + Rule + ": block } }";

    [TestMethod]
    public async Task Block_BeforeTheFirstByte_IsRefusedInWordsThatNameTheRuleAndNotTheValue()
    {
        await using var harness = await StartAsync(Blocking);
        harness.Answer("[{\"title\":\"" + new string('x', 50_000) + Token + "\"}]");

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = await RestHarness.RefusalAsync(answer);
        Assert.Contains(Rule, (string)body["message"]!);
        Assert.StartsWith("r-", (string)body["broker"]!["reference"]!);
        Assert.DoesNotContain(Token[4..16], body.ToJsonString());
        var end = await EndAsync(harness);
        Assert.AreEqual(Rule, harness.Pipeline.Ledger.Single<AnswerMasked>().BlockedBy);
        Assert.AreEqual((0L, true), (end.BytesOut, end.Failure is not null));
        Assert.AreEqual(403, harness.Pipeline.Ledger.Single<RequestRefused>().Status);
    }

    [TestMethod]
    public async Task Attack_BlockedSecretComesAfterMuchElse_TheConnectionIsCutBeforeIt()
    {
        await using var harness = await StartAsync(Blocking);
        var before = string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"line {i}\n"));
        harness.Answer(Of("application/vnd.github.raw+json; charset=utf-8", before + Token + "\nand more\n"));

        using var answer = await harness.Client.SendAsync(Get(Blob, "application/vnd.github.raw+json"), HttpCompletionOption.ResponseHeadersRead);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        using var received = new MemoryStream();
        await Assert.ThrowsAsync<Exception>(() => body.CopyToAsync(received));

        Assert.DoesNotContain(Token[4..8], Encoding.UTF8.GetString(received.ToArray()));
        Assert.AreEqual(Rule, await BlockedByAsync(harness));
    }

    [TestMethod]
    public async Task Attack_BlockedSecretIsInAHeader_NothingIsAnswered()
    {
        await using var harness = await StartAsync(Blocking);
        var upstream = RestHarness.Json("[]");
        upstream.Headers.TryAddWithoutValidation("X-GitHub-Media-Type", Token);
        harness.Answer(upstream);

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(Token[4..16], answer.Headers + await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Audit_Action_LetsItPassAndRecordsIt()
    {
        await using var harness = await StartAsync(Policy + "\nmasking: { actions: { " + Rule + ": audit } }");
        harness.Answer($$"""[{"title":"{{Token}}"}]""");

        Assert.Contains(Token, await harness.Client.GetStringAsync(Issues));

        _ = await EndAsync(harness);
        Assert.AreEqual(new MaskCount(Rule, "audit", 1), harness.Pipeline.Ledger.Single<AnswerMasked>().Counts.Single());
    }

    [TestMethod]
    [DataRow("fields: [password]", """{"password":"hunter2","title":"x"}""", "hunter2", true, DisplayName = "a field by its name")]
    [DataRow("custom: [{ id: internal, pattern: 'ik_[a-z0-9]{20}' }]", """{"title":"ik_q8w7e6r5t4y3u2i1o0p9"}""", "ik_q8w7e6r5t4y3u2i1o0p9", true, DisplayName = "a pattern of the policy's own")]
    [DataRow("allow: [" + Token + "]", """{"title":"is """ + Token + """ "}""", Token, false, DisplayName = "a value that is none")]
    [DataRow("allow: [{ rule: " + Rule + ", glob: 'ghp_OVZ*' }]", """{"title":"is """ + Token + """ "}""", Token, false)]
    [DataRow("allow: [{ glob: 'gho_*' }]", """{"title":"is """ + Token + """ "}""", Token, true)]
    public async Task Policy_SaysWhatIsASecret(string masking, string body, string value, bool isMasked)
    {
        await using var harness = await StartAsync(Policy + "\nmasking: { " + masking + " }");
        harness.Answer(body);

        Assert.AreEqual(!isMasked, (await harness.Client.GetStringAsync(Issues)).Contains(value, StringComparison.Ordinal));
    }

    private static async Task<string?> BlockedByAsync(RestHarness harness)
    {
        Assert.IsNotNull((await EndAsync(harness)).Failure);
        return harness.Pipeline.Ledger.Single<AnswerMasked>().BlockedBy;
    }
}
