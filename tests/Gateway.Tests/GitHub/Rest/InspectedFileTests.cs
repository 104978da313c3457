using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

[TestClass]
public sealed class InspectedFileTests
{
    // In two parts, so that this file is none.
    private const string Secret = "ghp_" + "OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";
    private const string Storage = "https://store1.blob.example/one?sig=verysecret";
    private const string Logs = "/api/v3/repos/acme/payments-api/actions/runs/7/logs";

    private const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - { id: payments, who: { groups: [dev] }, repositories: [acme/payments-*], allow: { contents: read, actions: read, metadata: read }, opaque: inspect }
        """;

    [TestMethod]
    public async Task File_WithoutASecret_PassesAsItCame_WithItsLengthAndName()
    {
        var zip = Zip("job/1_build.txt", "all is well\n");
        await using var rest = await StartAsync(zip);

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        CollectionAssert.AreEqual(zip, await answer.Content.ReadAsByteArrayAsync());
        Assert.AreEqual(zip.Length, answer.Content.Headers.ContentLength);
        Assert.AreEqual("application/zip", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("logs.zip", answer.Content.Headers.ContentDisposition!.ToString());
        await rest.DisposeAsync();
        var end = rest.Pipeline.Ledger.Single<ExchangeCompleted>();
        Assert.IsFalse(end.Unmasked);
        Assert.AreEqual((1L, 0), (end.Inspected!.Parts, end.Inspected.Secrets.Length));
    }

    [TestMethod]
    public async Task File_WithASecret_IsRefusedWithPathLineAndRule_InGitHubsJson()
    {
        await using var rest = await StartAsync(Zip("job/1_build.txt", $"one\ntoken is {Secret}\n"));

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        var refusal = await RestHarness.RefusalAsync(answer);
        Assert.Contains("job/1_build.txt:2 (rule github-personal-access-token)", (string)refusal["message"]!);
        var secret = ((JsonArray)refusal["broker"]!["secrets"]!).Single()!;
        Assert.AreEqual(("job/1_build.txt", 2, "github-personal-access-token"), ((string)secret["path"]!, (int)secret["line"]!, (string)secret["rule"]!));
        Assert.DoesNotContain(Secret, refusal.ToJsonString());
        await rest.DisposeAsync();
        Assert.Contains("job/1_build.txt:2", rest.Pipeline.Ledger.Single<RequestRefused>().Detail);
        Assert.HasCount(1, rest.Pipeline.Ledger.Single<ExchangeCompleted>().Inspected!.Secrets);
        Assert.DoesNotContain(Secret, string.Join('\n', rest.Pipeline.Ledger.Events.Select(static each => Encoding.UTF8.GetString(AuditJson.Serialize(each)))));
    }

    [TestMethod]
    public async Task Part_OfAFile_IsAskedForWhole()
    {
        // Attack: a secret in two parts, neither of which is one.
        var zip = Zip("a", "text");
        await using var rest = await StartAsync(zip);
        using var request = new HttpRequestMessage(HttpMethod.Get, Logs) { Headers = { Range = new RangeHeaderValue(0, 9) } };

        using var answer = await rest.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual(zip.Length, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.IsEmpty(answer.Headers.AcceptRanges);
        Assert.IsTrue(rest.Sent.All(static sent => sent.Headers.Range is null));
    }

    [TestMethod]
    public async Task Part_ThatComesUnasked_IsRefused()
    {
        await using var rest = await StartAsync([], () => new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new ByteArrayContent("half"u8.ToArray()) { Headers = { ContentRange = new(0, 3, 8) } } });

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [TestMethod]
    public async Task File_CompressedOnTheWire_IsRefused()
    {
        // Attack: what the host compresses once more is nothing to look into.
        await using var rest = await StartAsync([], () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent("x"u8.ToArray()) { Headers = { ContentEncoding = { "gzip" } } } });

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [TestMethod]
    public async Task File_ThatCannotBeLookedInto_IsRefused()
    {
        await using var rest = await StartAsync([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4]);

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("7-Zip archive, which cannot be looked into", (string)(await RestHarness.RefusalAsync(answer))["message"]!);
    }

    [TestMethod]
    public async Task File_CutShortByItsHost_IsRefusedAndNothingOfItPasses()
    {
        await using var rest = await StartAsync([], () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Broken(Zip("a", "text"))) });

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.DoesNotContain("PK", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task File_LargerThanTheSpool_IsRefused()
    {
        await using var rest = await StartAsync(Zip("a", "text"), inspection: new InspectionOptions { MaxSpooledBytes = 50 });

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [TestMethod]
    public async Task File_WhoseNameIsThere_AndItIsNot_IsNotFound()
    {
        await using var rest = await StartAsync([], static () => new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("gone") });

        using var answer = await rest.Client.GetAsync(Logs);

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("gone", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<RestHarness> StartAsync(byte[] file, Func<HttpResponseMessage>? storage = null, InspectionOptions? inspection = null)
    {
        var rest = await RestHarness.StartAsync(Policy, examiner: new ReadingExaminer(), inspection: inspection);
        rest.Pipeline.Upstream.Answer = request => request.RequestUri!.Host switch
        {
            "api.upstream.example" => RestHarness.Redirect(Storage),
            "store1.blob.example" => storage?.Invoke() ?? File(file),
            var host => throw new InvalidOperationException($"Nobody expected {host}."),
        };
        return rest;
    }

    private static HttpResponseMessage File(byte[] bytes) => new(HttpStatusCode.OK)
    {
        Content = new ByteArrayContent(bytes)
        {
            Headers = { ContentType = new("application/zip"), ContentDisposition = new("attachment") { FileName = "logs.zip" } },
        },
        Headers = { { "Accept-Ranges", "bytes" } },
    };

    private static byte[] Zip(string name, string content)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(Encoding.ASCII.GetBytes(content));
        }

        return bytes.ToArray();
    }

    /// <summary>Breaks off after some bytes.</summary>
    private sealed class Broken(byte[] bytes) : MemoryStream(bytes)
    {
        private bool _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given)
            {
                throw new IOException("reset by peer");
            }

            _given = true;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
