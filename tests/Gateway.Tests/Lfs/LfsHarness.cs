using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Lfs;
using CursorBroker.Gateway.Lfs.Locks;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

/// <summary>The LFS room in the real pipeline, before a GitHub that has one object and answers as told. Throws on what nobody scripted.</summary>
internal sealed class LfsHarness(PipelineHarness pipeline) : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - { id: all, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { contents: write }, refs: { push: ["cursor/**"] } }
          - { id: reading, who: { groups: [dev] }, repositories: [acme/read], allow: { contents: read } }
          - { id: nowhere, who: { groups: [dev] }, repositories: [acme/nowhere], allow: { contents: write }, refs: { push: [] } }
          - { id: some-refs, who: { groups: [dev] }, repositories: [acme/some-refs], allow: { contents: write }, refs: { visible: [main], push: [main] } }
          - { id: some-paths, who: { groups: [dev] }, repositories: [acme/some-paths], allow: { contents: write }, opaque: allow, deny: [{ read: { paths: ["secret/**"] } }] }
          - { id: closed, who: { groups: [dev] }, repositories: [acme/closed], allow: { contents: read }, opaque: refuse }
          - { id: inspected, who: { groups: [dev] }, repositories: [acme/inspected], allow: { contents: read }, opaque: inspect }
        """;

    public const string Repository = "/acme/payments-api.git/info/lfs";
    public const string Storage = "https://codeload.upstream.example/objects/one?sig=verysecret";
    public const string StorageAuthorization = "AWS4-HMAC-SHA256 Signature=secretsignature";

    public static readonly byte[] Content = Encoding.UTF8.GetBytes("what the object holds");
    public static readonly string Oid = Convert.ToHexStringLower(SHA256.HashData(Content));
    public static readonly string Object = $"{Oid}/{Content.Length}";

    private static readonly MediaTypeHeaderValue Media = MediaTypeHeaderValue.Parse("application/vnd.git-lfs+json");

    public PipelineHarness Pipeline => pipeline;

    public HttpClient Client => pipeline.Client;

    public IReadOnlyList<HttpRequestMessage> Sent => pipeline.Upstream.Requests;

    /// <summary>The answer to a batch; by default the object is to be had, or to be sent.</summary>
    public Func<JsonObject, string> Batch { get; set; } = static asked => Answer((string)asked["operation"]! == "upload" ? UploadActions() : DownloadAction());

    /// <summary>What answers where objects are kept.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage> AtStorage { get; set; } = static request => request.Method == HttpMethod.Get
        ? new(HttpStatusCode.OK) { Content = new ByteArrayContent(Content), Headers = { { "Set-Cookie", "storage=1" }, { "X-Upstream-Secret", "leak" } } }
        : new(HttpStatusCode.OK) { Content = new StringContent("storage says") };

    /// <summary>What answers about locks.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage>? AtLocks { get; set; }

    public static async Task<LfsHarness> StartAsync(LfsOptions? options = null, MemoryState? locks = null, InspectionOptions? inspection = null)
    {
        var state = locks ?? new MemoryState();
        var harness = new LfsHarness(await PipelineHarness.StartAsync(
            policyText: Policy, inRoom: upstream => new LfsRoom(new LfsServices(options ?? new LfsOptions(), upstream, FakeDesk.Links, new LockOwners(state), MadeScanners.NewInspector(inspection), MadeSecrets.Scanners))));
        harness.Pipeline.Upstream.Answer = harness.Serve;
        return harness;
    }

    public static string DownloadAction(string href = Storage, string header = "{}") => $$"""{"download":{"href":"{{href}}","header":{{header}},"expires_in":300} }""";

    public static string UploadActions(string href = Storage, string? header = null)
    {
        header ??= $$"""{"Authorization":"{{StorageAuthorization}}","x-amz-content-sha256":"{{Oid}}"}""";
        return $$"""
            {"upload":{"href":"{{href}}","header":{{header}} },
             "verify":{"href":"https://codeload.upstream.example/verify?sig=verysecret","header":{"Authorization":"RemoteAuth secretsignature"} } }
            """;
    }

    public static string Answer(string actions, string? oid = null, long? size = null) =>
        $$"""{"transfer":"basic","objects":[{"oid":"{{oid ?? Oid}}","size":{{size ?? Content.Length}},"authenticated":true,"actions":{{actions}} }]}""";

    public static string BatchOf(string operation, string more = "") => $$"""{"operation":"{{operation}}","transfers":["basic"],{{more}}"objects":[{"oid":"{{Oid}}","size":{{Content.Length}}}],"hash_algo":"sha256"}""";

    public async Task<Answered> PostAsync(string path, string json, string type = "application/vnd.git-lfs+json; charset=utf-8")
    {
        using var content = new StringContent(json, MediaTypeHeaderValue.Parse(type));
        return await Answered.OfAsync(await Client.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    public async Task<Answered> GetAsync(string path, string? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        return await Answered.OfAsync(await Client.SendAsync(request));
    }

    /// <summary>Sends content, in chunks unless its length is told.</summary>
    public async Task<Answered> PutAsync(string path, byte[] content, bool chunked = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(content) };
        request.Headers.TransferEncodingChunked = chunked;
        return await Answered.OfAsync(await Client.SendAsync(request));
    }

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json, Media) };

    public static string Lock(string id, string path) => $$"""{"id":"{{id}}","path":"{{path}}","locked_at":"2026-05-17T15:49:06+00:00","owner":{"name":"the-app[bot]"} }""";

    /// <summary>Somebody else from the same group.</summary>
    public static Caller Other { get; } = PipelineHarness.Developer with { Person = new PersonId("https://id.example.com", "dev-2"), DisplayName = "Dev Two" };

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();

    private HttpResponseMessage Serve(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        if (uri.Host == "git.upstream.example" && uri.AbsolutePath.EndsWith("/info/lfs/objects/batch", StringComparison.Ordinal))
        {
            return Json(Batch((JsonObject)JsonNode.Parse(pipeline.Upstream.Bodies[^1])!));
        }

        return uri.Host == "git.upstream.example" && uri.AbsolutePath.Contains("/info/lfs/locks", StringComparison.Ordinal) && AtLocks is not null ? AtLocks(request)
            : uri.Host == "codeload.upstream.example" ? AtStorage(request)
            : throw new InvalidOperationException($"Nobody expected {request.Method} {uri}.");
    }
}

/// <summary>What the caller got.</summary>
internal sealed record Answered(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;

    public string Message => (string)Json["message"]!;

    public static async Task<Answered> OfAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, answer.Content.Headers);
        }
    }

    /// <summary>Everything of it as text.</summary>
    public string All => $"{Headers}{Content}{Text}";
}
