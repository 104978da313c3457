using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Vault;

/// <summary>A broker in front of vaults in memory.</summary>
internal sealed class VaultHarness : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://login.microsoftonline.com/6c1f1a4e-0000-4000-8000-000000000001/v2.0", audiences: [2f6b8c1e-0000-4000-8000-000000000002] }]
        rules:
          - id: secrets
            who: { groups: [dev] }
            vaults: [kv-dev, kv-gone]
            secrets: { "db-*": [list, get-masked, set], "feature-*": [list, get], "both-*": [get-masked, get], "mine-*": [list, get, set, delete], "wait-*": [get-masked, get, set, delete] }
            deny: [{ secrets: { list: "db-hidden" } }]
            approve: [{ when: { secrets: { set: "wait-*", get: "wait-*", delete: "wait-*" } }, by: { groups: [leads] } }]
          - id: others
            who: { groups: [elsewhere] }
            vaults: [kv-prod]
            secrets: { "*": [get] }
        """;

    private VaultHarness(PipelineHarness pipeline) => Pipeline = pipeline;

    public PipelineHarness Pipeline { get; }

    public MemoryVault Dev => Pipeline.Vaults["kv-dev"];

    public static async Task<VaultHarness> StartAsync(string policy = Policy)
    {
        var pipeline = await PipelineHarness.StartAsync(policyText: policy);
        _ = pipeline.Vaults["kv-dev"];
        return new(pipeline);
    }

    public async Task<VaultAnswered> SendAsync(HttpMethod method, string path, string? json = null, string? reveal = null, bool raw = false)
    {
        var address = raw ? new Uri(Pipeline.Client.BaseAddress + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }) : new Uri(Pipeline.Client.BaseAddress!, path);
        using var request = new HttpRequestMessage(method, address);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (reveal is not null)
        {
            request.Headers.Add("X-Broker-Reveal", reveal);
        }

        using var response = await Pipeline.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, body, body.StartsWith('{') ? JsonNode.Parse(body)!.AsObject() : [], response.Headers.ToDictionary(static pair => pair.Key, static pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<VaultAnswered> GetAsync(string below, string? reveal = null) => SendAsync(HttpMethod.Get, $"vaults/kv-dev/{below}?api-version=7.4", reveal: reveal);

    public Task<VaultAnswered> PutAsync(string secret, string json) => SendAsync(HttpMethod.Put, $"vaults/kv-dev/secrets/{secret}?api-version=7.4", json);

    /// <summary>All that was recorded, as text.</summary>
    public string Recorded => string.Join('\n', Pipeline.Ledger.Events.Select(static each => Encoding.UTF8.GetString(Core.Audit.AuditJson.Serialize(each))));

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}

internal sealed record VaultAnswered(HttpStatusCode Status, string Text, JsonObject Json, Dictionary<string, string> Headers)
{
    public string? Value => (string?)Json["value"];

    public string? Code => (string?)Json["error"]?["code"];

    public string? InnerCode => (string?)Json["error"]?["innererror"]?["code"];

    public string? Message => (string?)Json["error"]?["message"];

    public string? Tag(string name) => (string?)Json["tags"]?[name];
}
