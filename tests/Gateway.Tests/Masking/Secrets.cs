using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Tests.GitHub.Rest;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>Made-up secrets, and answers that hold them.</summary>
internal static class Secrets
{
    public const string Token = "ghp_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";
    public const string Rule = "github-personal-access-token";

    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, issues: write, actions: read, metadata: read, pull_requests: read }
        """;

    public const string Issues = "/api/v3/repos/acme/payments-api/issues";
    public const string Blob = "/api/v3/repos/acme/payments-api/contents/config.env";
    public const string Commit = "/api/v3/repos/acme/payments-api/commits/main";
    public const string Asset = "/api/v3/repos/acme/payments-api/releases/assets/1";
    public const string JobLog = "/api/v3/repos/acme/payments-api/actions/jobs/1/logs";
    public const string Store = "https://store1.blob.example/asset?sig=secret";

    public static Task<RestHarness> StartAsync(string policy = Policy) => RestHarness.StartAsync(policy, examiner: new ReadingExaminer());

    public static HttpResponseMessage Of(string type, string text, HttpStatusCode status = HttpStatusCode.OK) => Of(type, Encoding.UTF8.GetBytes(text), status);

    public static HttpResponseMessage Of(string type, byte[] body, HttpStatusCode status = HttpStatusCode.OK) => new(status)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
    };

    /// <summary>As an upstream sends it that compresses although nobody asked for that.</summary>
    public static HttpResponseMessage Encoded(string type, byte[] body, params string[] encodings)
    {
        var answer = Of(type, encodings.Aggregate(body, Pack));
        foreach (var encoding in encodings)
        {
            answer.Content.Headers.ContentEncoding.Add(encoding);
        }

        return answer;
    }

    public static byte[] Pack(byte[] body, string encoding)
    {
        using var packed = new MemoryStream();
        using (Stream into = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => throw new ArgumentException(encoding, nameof(encoding)),
        })
        {
            into.Write(body);
        }

        return packed.ToArray();
    }

    /// <summary>The text with the token's mask: as long, and without it.</summary>
    public static void AssertMasked(string sent, string received)
    {
        Assert.DoesNotContain(Token[4..], received);
        Assert.AreEqual(sent.Length, received.Length);
        var at = sent.IndexOf(Token, StringComparison.Ordinal);
        Assert.AreEqual(sent[..at], received[..at]);
        Assert.AreEqual(sent[(at + Token.Length)..], received[(at + Token.Length)..]);
        Assert.Contains("**", received.Substring(at, Token.Length));
    }

    public static HttpRequestMessage Get(string path, string? accept = null, string? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        return request;
    }
}
