using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>A request about several repositories of one owner: all or nothing, under one credential that is nowhere wider than the policy.</summary>
[TestClass]
public sealed class SeveralRepositoriesTests
{
    private const string Policy = """
        version: 1
        rules:
          - { id: web, who: { groups: [dev] }, repositories: [acme/web], allow: { contents: read, issues: write }, lifetime: 3m }
          - { id: api, who: { groups: [dev] }, repositories: [acme/api], allow: { contents: read, issues: read }, lifetime: 9m }
          - { id: closed, who: { groups: [dev] }, repositories: [acme/closed], allow: { contents: read }, opaque: refuse }
          - { id: asks, who: { groups: [dev] }, repositories: [acme/asks], allow: { issues: read }, approve: [{ when: { api: { permissions: [issues] } }, by: { groups: [leads] } }] }
          - { id: else, who: { groups: [dev] }, repositories: [other/web], allow: { contents: read } }
        """;

    [TestMethod]
    public async Task Request_OnSeveral_GetsOneCredentialForExactlyThose()
    {
        await using var harness = await StartAsync(Asks("acme/web", "contents:read"), Asks("acme/api", "contents:read"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        var (repositories, permissions, lifetime) = harness.Vault.Asked.Single();
        Assert.AreEqual(RepositorySet.Of([RepositoryName.Parse("acme/api"), RepositoryName.Parse("acme/web")]), repositories);
        Assert.AreEqual(("contents:read", TimeSpan.FromMinutes(3)), (permissions.ToString(), lifetime), "the shortest lifetime of all");
        Assert.HasCount(2, harness.Ledger.Events.OfType<OperationDecided>());
        var leased = harness.Ledger.Single<CredentialLeased>();
        CollectionAssert.AreEqual(new[] { "acme/web#8" }, leased.Others!.Value.ToArray());
        Assert.StartsWith("https://git.upstream.example/acme/web.git", harness.Upstream.Requests.Single().RequestUri!.AbsoluteUri, "the first one asked about, not the first by name");
    }

    [TestMethod]
    public async Task Request_OneOfThemNotCovered_IsToldWhatAStrangerIsTold()
    {
        await using var harness = await StartAsync(Asks("acme/web", "contents:read"), Asks("acme/hidden", "contents:read"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.StartsWith("Repository not found.", await answer.Content.ReadAsStringAsync());
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_OneOfThemDenied_NothingIsDone()
    {
        await using var harness = await StartAsync(Asks("acme/web", "issues:write"), Asks("acme/api", "issues:write"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.AreEqual("policy: refused together with another part of this request", harness.Room.Refused!.Operations[0].Reason.Value);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_WriteOnOneAndReadOnAnother_NeverMintsATokenThatWritesWhereThePolicyGivesReading()
    {
        await using var harness = await StartAsync(Asks("acme/web", "issues:write"), Asks("acme/api", "issues:read"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("more than the policy gives you on acme/api; ask about each of them alone", await answer.Content.ReadAsStringAsync());
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_DifferentPermissionsThatThePolicyGivesOnBoth_JoinsThem()
    {
        await using var harness = await StartAsync(Asks("acme/web", "issues:read"), Asks("acme/api", "contents:read"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("contents:read, issues:read", harness.Vault.Asked.Single().Permissions.ToString());
    }

    [TestMethod]
    public async Task Request_OpaqueAnswerAndOneOfThemRefusesThat_IsRefused()
    {
        await using var harness = await StartAsync();
        harness.Room.Classify = () => new TestRequest([Asks("acme/web", "contents:read"), Asks("acme/closed", "contents:read")]) { Opaque = true };

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.OpaqueRefused, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_OneOfThemWaitsForPeople_CannotBeAskedAbout()
    {
        await using var harness = await StartAsync(Asks("acme/web", "issues:read"), Asks("acme/asks", "issues:read"));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(RefusalKind.ApprovalUnavailable, harness.Room.Refused!.Kind);
        Assert.IsEmpty(harness.Vault.Asked);
    }

    [TestMethod]
    public async Task Request_OfTwoOwnersOrWithPendingEffect_IsABugAndLetsNothingThrough()
    {
        await using var owners = await StartAsync(Asks("acme/web", "contents:read"), Asks("other/web", "contents:read"));
        await using var pending = await StartAsync(Asks("acme/web", "contents:read"), Asks("acme/api", "contents:read"));
        pending.Room.Classify = () => new TestRequest([Asks("acme/web", "contents:read"), Asks("acme/api", "contents:read")]) { Effect = _ => throw new InvalidOperationException() };

        using var first = await owners.Client.GetAsync("/x");
        using var second = await pending.Client.GetAsync("/x");

        Assert.AreEqual((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (first.StatusCode, second.StatusCode));
        Assert.IsEmpty(owners.Vault.Asked);
        Assert.IsEmpty(pending.Vault.Asked);
    }

    [TestMethod]
    [DataRow("acme/web,acme/api,acme/internal", DisplayName = "one more")]
    [DataRow("acme/web", DisplayName = "one less")]
    public async Task Credential_ForOtherRepositoriesThanGranted_IsNotUsed(string opens)
    {
        await using var harness = await StartAsync(Asks("acme/web", "contents:read"), Asks("acme/api", "contents:read"));
        harness.Vault.Opens = _ => RepositorySet.Of(opens.Split(',').Select(RepositoryName.Parse));

        using var answer = await harness.Client.GetAsync("/x");

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.IsEmpty(harness.Upstream.Requests);
        Assert.IsFalse(harness.Ledger.Events.Any(static each => each is ForwardIntended));
    }

    private static Operation Asks(string repository, string permission)
    {
        var parts = permission.Split(':');
        return Operation.Api(RepositoryName.Parse(repository), [PermissionSet.Of(parts[0], Enum.Parse<Access>(parts[1], ignoreCase: true))], new ApiCall("GET /search/issues"));
    }

    private static async Task<PipelineHarness> StartAsync(params Operation[] operations)
    {
        var harness = await PipelineHarness.StartAsync();
        var compiled = PolicyCompiler.Compile(Policy);
        Assert.IsNotNull(compiled.Policy, string.Join("\n", compiled.Problems));
        harness.PolicyInForce.Current = compiled.Policy;
        harness.Upstream.Answer = static _ => ScriptedUpstream.Good();
        harness.Room.Classify = () => new TestRequest(operations);
        return harness;
    }
}
