using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Tests.Oidc;

[TestClass]
public sealed class OverageTests
{
    [TestMethod]
    public async Task Authenticate_GroupsLeftOut_AreAskedForAndNamed()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Resolved(["id-1", "payments-leads", "id-9"]));
        using var fixture = Fixture(directory);
        var caller = await fixture.AcceptedAsync(Overage(fixture));
        Assert.AreSequenceEqual(["id-9", "payments-dev"], caller.Groups.Order(StringComparer.Ordinal));
        Assert.AreEqual("o-1", directory.Asked.Single().ObjectId);
    }

    [TestMethod]
    public async Task Authenticate_DirectoryDown_IsUnavailableNotLetThroughWithoutGroups()
    {
        using var fixture = Fixture(new FakeDirectory(new GroupOverageOutcome.Failed("Graph answered 503")));
        Assert.Contains("503", await fixture.UnavailableAsync(Overage(fixture)));
    }

    [TestMethod]
    public async Task Authenticate_NoDirectoryConfigured_IsUnavailable()
    {
        using var fixture = Fixture(null);
        await fixture.UnavailableAsync(Overage(fixture));
    }

    [TestMethod]
    public async Task Authenticate_ForgedOverage_DoesNotReachTheDirectory()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Resolved(["id-1"]));
        using var fixture = Fixture(directory);
        var forged = TestKey.OtherRsa.Token(new { alg = "RS256", kid = "rsa-1" }, Payload(fixture), "RS256");
        await fixture.RejectedAsync(forged, AuthenticationFailure.BadSignature);
        Assert.IsEmpty(directory.Asked);
    }

    private static RelyingPartyFixture Fixture(IGroupOverageResolver? directory)
    {
        var fixture = new RelyingPartyFixture(directory);
        fixture.Settings = fixture.Settings with
        {
            GroupsClaim = "groups",
            Overage = GroupOverage.Graph,
            GroupNames = ImmutableDictionary<string, string>.Empty.Add("id-1", "payments-dev").Add("id-2", "payments-leads"),
        };
        return fixture;
    }

    private static string Overage(RelyingPartyFixture fixture) => TestKey.Rsa.Token(Payload(fixture));

    private static Dictionary<string, object> Payload(RelyingPartyFixture fixture) =>
        fixture.Payload(("oid", "o-1"), ("_claim_names", new { groups = "src1" }), ("_claim_sources", new { src1 = new { endpoint = "https://evil.example" } }));

    private sealed class FakeDirectory(GroupOverageOutcome answer) : IGroupOverageResolver
    {
        public List<GroupQuestion> Asked { get; } = [];

        public ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken)
        {
            Asked.Add(question);
            return ValueTask.FromResult(answer);
        }
    }
}
