using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub;
using CursorBroker.Gateway.GitHub.Rest;
using CursorBroker.Gateway.GitHub.Rest.Across;
using CursorBroker.Gateway.Tests.GitHub.Rest;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub.Across;

/// <summary>The REST room with what is about several repositories or none, before a GitHub that answers as told.</summary>
internal sealed class AcrossHarness(PipelineHarness pipeline) : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - { id: payments, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { contents: read, issues: read, pull_requests: read } }
          - { id: kept, who: { groups: [dev] }, repositories: [acme/kept], allow: { contents: read, issues: write }, deny: [{ read: { paths: ["secret/**"] } }] }
          - { id: branches, who: { groups: [dev] }, repositories: [acme/branches], allow: { contents: read }, refs: { visible: ["cursor/**"] } }
          - { id: looks, who: { groups: [dev] }, repositories: [acme/looks], allow: { metadata: read } }
          - { id: asks, who: { groups: [dev] }, repositories: [acme/asks], allow: { issues: read }, approve: [{ when: { api: { permissions: [issues] } }, by: { groups: [leads] } }] }
          - { id: other, who: { groups: [dev] }, repositories: [other/*], allow: { issues: read } }
          - { id: else, who: { groups: [ops] }, repositories: [acme/internal], allow: { contents: read, issues: read } }
        """;

    public PipelineHarness Pipeline => pipeline;

    public HttpClient Client => pipeline.Client;

    public Uri Sent => pipeline.Upstream.Requests.Single().RequestUri!;

    /// <summary>The query's <c>q</c> as it was sent.</summary>
    public string SentQ => Uri.UnescapeDataString(Sent.Query.TrimStart('?').Split('&').Single(static pair => pair.StartsWith("q=", StringComparison.Ordinal))[2..]);

    public string Credential => string.Join(", ", pipeline.Vault.Asked.Single().Repositories.Items.Select(static each => each.ToString())) + ": " + pipeline.Vault.Asked.Single().Permissions;

    /// <param name="repositories">The App's repositories.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="api">Where the room takes GitHub's API to be.</param>
    public static async Task<AcrossHarness> StartAsync(IRepositoryCatalog repositories, string policy = Policy, Uri? api = null)
    {
        var rest = new RestOptions();
        return new(await PipelineHarness.StartAsync(policyText: policy, inRoom: upstream =>
        {
            var known = api is null ? upstream : upstream with { Api = api };
            var urls = new UpstreamUrls(known, FakeDesk.Links);
            var services = new RestServices(rest, new RestBudget(rest), known, urls, new RequestSnapshots(new WithholdingMasker(), new SnapshotLimits()), MadeScanners.NewInspector(), MadeSecrets.Scanners);
            return new RestRoom(ApiRoutes.GitHub, [], [new AcrossOpener(new ReadableRepositories(repositories), services, urls, FakeDesk.Links), new BrokerOpener(FakeDesk.Links)], services);
        }));
    }

    public static Task<AcrossHarness> StartAsync(params string[] names) => StartAsync(new FakeCatalog(names));

    public void Answer(string json) => pipeline.Upstream.Answer = _ => RestHarness.Json(json);

    public async Task<(HttpStatusCode Status, JsonNode? Json)> GetAsync(string pathAndQuery)
    {
        using var answer = await Client.GetAsync("/api/v3" + pathAndQuery);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();
}

/// <summary>The App's repositories, numbered from 1; each name may have more of its description behind it.</summary>
internal sealed class FakeCatalog(params string[] names) : IRepositoryCatalog
{
    public CatalogOutcome.Failed? Instead { get; init; }

    public ValueTask<CatalogOutcome> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<CatalogOutcome>(Instead is not null ? Instead : new CatalogOutcome.Listed([.. names.Select(Repository)]));

    private static CatalogRepository Repository(string text, int index)
    {
        var name = RepositoryName.Parse(text.Split(' ')[0]);
        var more = text.Contains(' ', StringComparison.Ordinal) ? text[text.IndexOf(' ', StringComparison.Ordinal)..] : """ "private":true""";
        var json = $$"""{"id":{{index + 1}},"full_name":"{{name}}","url":"https://api.upstream.example/repos/{{name}}","default_branch":"main",{{more}}}""";
        return new(new RepositoryIdentity(index + 1, name), Encoding.UTF8.GetBytes(json));
    }
}
