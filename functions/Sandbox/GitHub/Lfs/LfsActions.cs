using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Downloads;

namespace CursorBroker.Sandbox.GitHub.Lfs;

/// <summary>What is to be done with an object: signed addresses on the download host, with the headers that go with them.</summary>
internal sealed class LfsActions(LfsStore store, DownloadTickets tickets)
{
    public JsonObject Download(SandboxRepository repository, string oid, string file) => new()
    {
        ["download"] = Action(tickets.Sign($"/lfs/{repository.FullName}/{oid}", new StoredFile(file)), []),
    };

    public JsonObject Upload(SandboxRepository repository, string oid, long size)
    {
        var send = new Dictionary<string, string> { ["Authorization"] = $"AWS4-HMAC-SHA256 Signature={Word()}", ["x-amz-content-sha256"] = oid };
        var verify = new Dictionary<string, string> { ["Authorization"] = $"RemoteAuth {Word()}", ["Accept"] = LfsJson.MediaType };
        return new()
        {
            ["upload"] = Action(
                tickets.Sign($"/lfs/{repository.FullName}/{oid}", new Receipt("PUT", send, async (content, stop) => await store.TakeAsync(repository, oid, size, content, stop).ConfigureAwait(false) ? 200 : 400)),
                send),
            ["verify"] = Action(
                tickets.Sign($"/lfs/{repository.FullName}/{oid}/verify", new Receipt("POST", verify, async (content, stop) => await IsAboutAsync(content, oid, size, stop).ConfigureAwait(false) && store.Verify(repository, oid, size) ? 200 : 422)),
                verify),
        };
    }

    private static async Task<bool> IsAboutAsync(Stream content, string oid, long size, CancellationToken cancellationToken)
    {
        var body = await LfsJson.ReadAsync(content, cancellationToken).ConfigureAwait(false);
        return body is not null && LfsJson.Text(body, "oid") == oid && LfsJson.Number(body, "size") == size;
    }

    private static JsonObject Action(Uri address, Dictionary<string, string> headers) => new()
    {
        ["href"] = address.AbsoluteUri,
        ["header"] = new JsonObject(headers.Select(static header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
        ["expires_in"] = (int)DownloadTickets.Lifetime.TotalSeconds,
    };

    private static string Word() => RandomNumberGenerator.GetHexString(40, lowercase: true);
}
