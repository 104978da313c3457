using System.Net;
using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Tests.GitHub.Graph;
using CursorBroker.Gateway.Tests.GitHub.Rest;
using static CursorBroker.Gateway.Tests.Masking.Secrets;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>What of an answer's secrets reaches the caller, whichever way it was asked for.</summary>
[TestClass]
public sealed class MaskingTests
{
    [TestMethod]
    [DataRow(Issues, null, "application/json; charset=utf-8", "[{\"title\":\"" + Token + "\"}]", DisplayName = "JSON")]
    [DataRow(Blob, "application/vnd.github.raw+json", "application/vnd.github.raw+json; charset=utf-8", "TOKEN=" + Token + "\n", DisplayName = "a file as it is")]
    [DataRow("/raw/acme/payments-api/main/config.env", null, "text/plain; charset=utf-8", "TOKEN=" + Token + "\n", DisplayName = "a raw address")]
    [DataRow(Commit, "application/vnd.github.diff", "application/vnd.github.diff; charset=utf-8", "--- a\n+++ b\n-x\n+TOKEN=" + Token + "\n", DisplayName = "a diff")]
    [DataRow(Commit, "application/vnd.github.patch", "application/vnd.github.patch; charset=utf-8", "From: a\n\n+TOKEN=" + Token + "\n", DisplayName = "a patch")]
    [DataRow(Blob, "application/vnd.github.html+json", "application/vnd.github.html; charset=utf-8", "<p>" + Token + "</p>", DisplayName = "rendered")]
    [DataRow(Blob, "application/vnd.github.raw+json", "application/octet-stream", "TOKEN=" + Token + "\n", DisplayName = "a file that says it is none that can be read")]
    public async Task Answer_WithASecret_ReachesTheCallerMaskedAndAsLong(string path, string? accept, string type, string body)
    {
        await using var harness = await StartAsync();
        harness.Answer(Of(type, body));

        using var answer = await harness.Client.SendAsync(Get(path, accept));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        AssertMasked(body, await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Contents_InBase64_AreMaskedWithinAndStillAreThatFile()
    {
        await using var harness = await StartAsync();
        var file = "# for CI\nthe token is " + Token + "\n" + new string('x', 500) + "\n";
        var base64 = string.Join("\\n", Convert.ToBase64String(Encoding.UTF8.GetBytes(file)).Chunk(60).Select(static line => new string(line)));
        harness.Answer($$"""{"name":"config.env","encoding":"base64","content":"{{base64}}\n","sha":"2222222222222222222222222222222222222222"}""");

        var answer = System.Text.Json.Nodes.JsonNode.Parse(await harness.Client.GetStringAsync(Blob))!;

        AssertMasked(file, Encoding.UTF8.GetString(Convert.FromBase64String((string)answer["content"]!)));
        Assert.AreEqual("2222222222222222222222222222222222222222", (string?)answer["sha"]);
    }

    [TestMethod]
    public async Task GraphQl_WithASecret_IsMasked()
    {
        await using var harness = await GraphHarness.StartAsync();
        harness.Answer = "{\"data\":{\"repository\":{\"description\":\"" + Token + "\"}}}";

        var (status, body) = await harness.AskAsync("""query { repository(owner: "acme", name: "payments-api") { description } }""");

        Assert.AreEqual(HttpStatusCode.OK, status);
        AssertMasked(Token, (string)body["data"]!["repository"]!["description"]!);
    }

    [TestMethod]
    public async Task Error_OfTheUpstream_IsMasked()
    {
        await using var harness = await StartAsync();
        const string body = "{\"message\":\"bad token " + Token + "\"}";
        harness.Answer(Of("application/json; charset=utf-8", body, HttpStatusCode.UnprocessableEntity));

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        AssertMasked(body, await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("text/plain", DisplayName = "text")]
    [DataRow("application/octet-stream", DisplayName = "what might be text and is")]
    [DataRow("application/x-sh", DisplayName = "a type that nobody knows")]
    public async Task Asset_ThatIsFollowedTo_IsMaskedWhereItIsText(string type)
    {
        await using var harness = await StartAsync();
        var body = "#!/bin/sh\nexport TOKEN=" + Token + "\n" + new string('#', 1000);
        Follow(harness, _ => Of(type, body));

        using var answer = await harness.Client.SendAsync(Get(Asset, "application/octet-stream"));

        AssertMasked(body, await answer.Content.ReadAsStringAsync());
        Assert.IsFalse((await EndAsync(harness)).Unmasked);
    }

    [TestMethod]
    public async Task JobLog_ThatIsFollowedTo_IsMasked()
    {
        await using var harness = await StartAsync();
        const string body = "2026-01-01T00:00:00Z token " + Token + "\n";
        Follow(harness, _ => Of("text/plain; charset=utf-8", body));

        using var answer = await harness.Client.GetAsync(JobLog);

        AssertMasked(body, await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("application/zip", "no matter what", DisplayName = "an archive by its type")]
    [DataRow("application/octet-stream", "\u007fELF\0\0", DisplayName = "a program by its first bytes")]
    public async Task Asset_ThatIsOpaque_PassesAsItIsAndIsRecordedAsUnmasked(string type, string begins)
    {
        await using var harness = await StartAsync();
        var body = begins + Token;
        Follow(harness, _ => Of(type, body));

        using var answer = await harness.Client.SendAsync(Get(Asset, "application/octet-stream"));

        Assert.AreEqual(body, await answer.Content.ReadAsStringAsync());
        Assert.IsTrue((await EndAsync(harness)).Unmasked);
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("br")]
    [DataRow("deflate")]
    [DataRow("gzip,br", DisplayName = "one within the other")]
    public async Task Answer_CompressedAllTheSame_IsSentPlainAndMasked(string encodings)
    {
        await using var harness = await StartAsync();
        var body = "[{\"title\":\"" + Token + "\",\"body\":\"" + new string('x', 100_000) + "\"}]";
        var upstream = Encoded("application/json; charset=utf-8", Encoding.UTF8.GetBytes(body), encodings.Split(','));
        upstream.Content.Headers.ContentMD5 = new byte[16];
        harness.Answer(upstream);

        using var answer = await harness.Client.GetAsync(Issues);

        Assert.AreEqual("identity", harness.Sent.Single().Headers.AcceptEncoding.ToString());
        AssertMasked(body, await answer.Content.ReadAsStringAsync());
        Assert.IsEmpty(answer.Content.Headers.ContentEncoding);
        Assert.IsNull(answer.Content.Headers.ContentMD5);
    }

    [TestMethod]
    public async Task Text_WhoseLengthIsKnown_KeepsIt()
    {
        await using var harness = await StartAsync();
        const string body = "TOKEN=" + Token + "\n";
        harness.Answer(Of("application/vnd.github.raw+json; charset=utf-8", body));

        using var answer = await harness.Client.SendAsync(Get(Blob, "application/vnd.github.raw+json"), HttpCompletionOption.ResponseHeadersRead);

        Assert.AreEqual(body.Length, answer.Content.Headers.ContentLength);
    }

    [TestMethod]
    public async Task Secret_TwiceInASession_HasOneMaskAndAnotherSecretAnother()
    {
        await using var harness = await StartAsync();
        const string other = "ghp_sMhkHYMUVgVv7odNft84ZbdHmI5eaggxjuss";
        harness.Answer($$"""[{"a":"{{Token}}","b":"{{Token}}","c":"{{other}}"}]""");

        var first = await harness.Client.GetStringAsync(Issues);
        harness.Answer($$"""[{"a":"{{Token}}"}]""");
        var second = await harness.Client.GetStringAsync(Issues);

        var masks = System.Text.Json.Nodes.JsonNode.Parse(first)!.AsArray()[0]!.AsObject().Select(static pair => (string)pair.Value!).ToList();
        Assert.AreEqual(masks[0], masks[1]);
        Assert.AreNotEqual(masks[0][..16], masks[2][..16]);
        Assert.Contains(masks[0], second);
        Assert.IsGreaterThanOrEqualTo(0, harness.Pipeline.Root.Root.FindMark(Encoding.UTF8.GetBytes(first)), "every instance knows a mask when it sees one");
    }

    [TestMethod]
    public async Task Audit_HoldsWhatWasFoundAndWhereNeverTheSecret()
    {
        await using var harness = await StartAsync();
        harness.Answer(Of("text/plain; charset=utf-8", "a\n it is " + Token + "\n" + Token + "\n"));

        _ = await (await harness.Client.SendAsync(Get(Blob, "application/vnd.github.raw+json"))).Content.ReadAsStringAsync();

        var end = await EndAsync(harness);
        var found = harness.Pipeline.Ledger.Single<AnswerMasked>();
        Assert.AreEqual((2L, end.Request, end.Session, (string?)null), (found.Total, found.Request, found.Session, found.BlockedBy));
        Assert.AreEqual(new MaskCount(Rule, "mask", 2), found.Counts.Single());
        Assert.AreEqual((Rule, "mask", "body", 2, 8), (found.Findings[0].Rule, found.Findings[0].Action, found.Findings[0].In, found.Findings[0].Line, found.Findings[0].Column));
        Assert.AreEqual(found.Findings[0].Digest, found.Findings[1].Digest);
        Assert.DoesNotContain(Token[4..20], string.Join('\n', harness.Pipeline.Ledger.Events.Select(static happened => Encoding.UTF8.GetString(AuditJson.Serialize(happened)))));
        Assert.IsFalse(end.Unmasked);
    }

    [TestMethod]
    public async Task Audit_ThousandsOfSecrets_NamesTheFirstAndCountsTheRest()
    {
        await using var harness = await StartAsync();
        harness.Answer("[" + string.Join(',', Enumerable.Repeat($"\"{Token}\"", 3000)) + "]");

        _ = await harness.Client.GetStringAsync(Issues);

        _ = await EndAsync(harness);
        var found = harness.Pipeline.Ledger.Single<AnswerMasked>();
        Assert.AreEqual((3000L, AnswerMasked.MostFindings), (found.Total, found.Findings.Length));
    }

    [TestMethod]
    public async Task Audit_OfAnAnswerWithoutSecrets_SaysNothingOfThem()
    {
        await using var harness = await StartAsync();
        harness.Answer("[]");

        _ = await harness.Client.GetStringAsync(Issues);

        _ = await EndAsync(harness);
        Assert.IsEmpty(harness.Pipeline.Ledger.Events.OfType<AnswerMasked>());
    }

    [TestMethod]
    public async Task Rule_ThatReveals_LetsSecretsPassAndIsRecordedAsUnmasked()
    {
        await using var harness = await StartAsync(Policy + "\n    masking: reveal");
        harness.Answer($$"""[{"title":"{{Token}}"}]""");

        Assert.Contains(Token, await harness.Client.GetStringAsync(Issues));
        Assert.IsTrue((await EndAsync(harness)).Unmasked);
    }

    [TestMethod]
    public async Task EntityTag_IsGoodWhileTheSameIsMasked()
    {
        await using var harness = await StartAsync();
        harness.Pipeline.Upstream.Answer = request => Tagged(request);
        using var first = await harness.Client.GetAsync(Issues);
        var tag = first.Headers.ETag!.ToString();
        Assert.IsTrue(first.Headers.ETag.IsWeak);

        Assert.AreEqual(HttpStatusCode.NotModified, await AgainAsync(tag));

        harness.Pipeline.PolicyInForce.Current = Core.Policy.PolicyCompiler.Compile(Policy + "\nmasking: { action: audit }").Policy;
        Assert.AreEqual(HttpStatusCode.OK, await AgainAsync(tag), "what it has was masked by other rules");

        async Task<HttpStatusCode> AgainAsync(string have)
        {
            using var request = Get(Issues);
            request.Headers.TryAddWithoutValidation("If-None-Match", have);
            using var answer = await harness.Client.SendAsync(request);
            return answer.StatusCode;
        }

        static HttpResponseMessage Tagged(HttpRequestMessage request)
        {
            var answer = request.Headers.IfNoneMatch.Count > 0 ? new HttpResponseMessage(HttpStatusCode.NotModified) : RestHarness.Json("[]");
            answer.Headers.ETag = new("\"1\"");
            return answer;
        }
    }

    /// <summary>GitHub leads to where it keeps files, which answers as told.</summary>
    internal static void Follow(RestHarness harness, Func<HttpRequestMessage, HttpResponseMessage> store) =>
        harness.Pipeline.Upstream.Answer = request => request.RequestUri!.Host == "store1.blob.example" ? store(request) : RestHarness.Redirect(Store);

    internal static async Task<ExchangeCompleted> EndAsync(RestHarness harness)
    {
        // The lease goes back after the end of the exchange is on its way into the ledger.
        await harness.Pipeline.Vault.ReleasedAsync(1);
        await harness.Pipeline.Ends.StopAsync(CancellationToken.None);
        return harness.Pipeline.Ledger.Single<ExchangeCompleted>();
    }
}
