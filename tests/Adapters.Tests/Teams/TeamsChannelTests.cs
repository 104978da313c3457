using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CursorBroker.Adapters.Teams;
using CursorBroker.Adapters.Tests.Notices;
using CursorBroker.Adapters.Tests.Oidc;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Teams;

[TestClass]
public sealed class TeamsChannelTests : IDisposable
{
    private const string Webhook = "https://flows.example/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=s3cr3t-signature";

    private readonly FakeWeb _web = new();
    private readonly HttpMessageInvoker _http;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSecrets _secrets = new() { Values = { ["teams-webhook"] = Webhook } };
    private readonly ListLogger<TeamsChannel> _log = new();
    private readonly TeamsChannel _channel;

    public TeamsChannelTests()
    {
        _http = new HttpMessageInvoker(_web);
        _channel = new TeamsChannel(_http, _secrets, new TeamsOptions(), _time, _log);
    }

    public void Dispose()
    {
        _http.Dispose();
        Assert.IsEmpty(_web.Unexpected);
        Assert.IsFalse(_log.Lines.Any(static line => line.Contains("s3cr3t", StringComparison.Ordinal) || line.Contains("flows.example", StringComparison.Ordinal)), "The webhook's URL is in the log.");
    }

    [TestMethod]
    public async Task Send_ANotice_PostsOneCardWithFactsAndOneLink()
    {
        string? posted = null;
        _web.On(Webhook, async (request, cancel) =>
        {
            Assert.AreEqual(HttpMethod.Post, request.Method);
            Assert.AreEqual("application/json", request.Content!.Headers.ContentType!.ToString());
            posted = await request.Content.ReadAsStringAsync(cancel);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        });

        Assert.AreEqual(new NoticeResult(true, "Teams answered 202"), await SendAsync());

        Assert.AreEqual(
            """{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","msteams":{"width":"Full"},"body":[{"type":"TextBlock","text":"Dana needs an approval for acme/payments-api","wrap":true,"size":"Medium","weight":"Bolder"},{"type":"FactSet","facts":[{"title":"Who","value":"Dana"},{"title":"Expires","value":"2026-11-20 12:30:00 UTC"}]},{"type":"TextBlock","text":"update refs/heads/main","wrap":true,"spacing":"Small"}],"actions":[{"type":"Action.OpenUrl","title":"Look and decide","url":"https://broker.example/approvals/a-0123"}]}}]}""",
            posted);
        Assert.IsEmpty(_log.Lines);
    }

    [TestMethod]
    [DataRow("[approve](https://evil.example)", @"\[approve\]\(https://evil.example\)", DisplayName = "A link")]
    [DataRow("![x](https://evil.example/p.png)", @"\!\[x\]\(https://evil.example/p.png\)", DisplayName = "An image that tells who reads")]
    [DataRow("<https://evil.example>", @"\<https://evil.example\>", DisplayName = "An autolink")]
    [DataRow("[a]: https://evil.example", @"\[a\]: https://evil.example", DisplayName = "A link's definition")]
    [DataRow("&#91;a&#93;", @"\&\#91;a\&\#93;", DisplayName = "Entities")]
    [DataRow("\\[a](b)", @"\\\[a\]\(b\)", DisplayName = "A backslash that would escape ours")]
    [DataRow("<at>Everyone</at>", @"\<at\>Everyone\</at\>", DisplayName = "A mention")]
    [DataRow("{{DATE(2017-02-14T06:08:39Z, SHORT)}}", @"\{\{DATE\(2017-02-14T06:08:39Z, SHORT\)\}\}", DisplayName = "A card's function")]
    [DataRow("**bold** _it_ `c` ~s~", @"\*\*bold\*\* \_it\_ \`c\` \~s\~", DisplayName = "Emphasis")]
    [DataRow("- item", @"\- item", DisplayName = "A list")]
    [DataRow("12. item", @"12\. item", DisplayName = "A numbered list")]
    [DataRow("# head", @"\# head", DisplayName = "A heading")]
    [DataRow("a\r\n- b", @"a  - b", DisplayName = "A second line")]
    [DataRow("release/1.2-x", "release/1.2-x", DisplayName = "An ordinary branch stays readable")]
    public async Task Card_HostileText_ShowsAsItIs(string text, string escaped)
    {
        var sent = await CardOfAsync(Samples.Hostile(text));

        var body = sent.GetProperty("body");
        Assert.AreEqual(escaped, body[0].GetProperty("text").GetString());
        Assert.AreEqual(escaped, body[1].GetProperty("facts")[0].GetProperty("value").GetString());
        Assert.AreEqual(escaped, body[2].GetProperty("text").GetString());
        Assert.AreEqual(1, sent.GetProperty("actions").GetArrayLength());
    }

    [TestMethod]
    public async Task Card_QuotesAndMarkup_CannotLeaveTheirJsonString()
    {
        var sent = await CardOfAsync(Samples.Hostile("\"}],\"actions\":[{\"type\":\"Action.OpenUrl\",\"url\":\"https://evil.example\"}],\"x\":[{\"y\":\""));

        Assert.AreEqual("https://broker.example/approvals/a-0123", sent.GetProperty("actions")[0].GetProperty("url").GetString());
    }

    [TestMethod]
    [DataRow(400, false, "Teams answered 400")]
    [DataRow(401, false, "Teams answered 401")]
    [DataRow(404, false, "Teams answered 404: the webhook is gone; make a new one and put its URL into the secret teams-webhook")]
    [DataRow(410, false, "Teams answered 410: the webhook is gone; make a new one and put its URL into the secret teams-webhook")]
    [DataRow(408, true, "Teams answered 408")]
    [DataRow(429, true, "Teams answered 429")]
    [DataRow(500, true, "Teams answered 500")]
    [DataRow(503, true, "Teams answered 503")]
    public async Task Send_Refused_SaysWhetherTryingAgainHelps(int status, bool retry, string detail)
    {
        _web.On(Webhook, (HttpStatusCode)status);

        Assert.AreEqual(new NoticeResult(false, detail, retry), await SendAsync());
        Assert.HasCount(1, _log.Lines);
    }

    [TestMethod]
    public async Task Send_AskedToWait_SaysHowLong()
    {
        _web.On(Webhook, (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(90)) } }));
        Assert.AreEqual(TimeSpan.FromSeconds(90), (await SendAsync()).RetryAfter);

        _web.On(Webhook, (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new RetryConditionHeaderValue(_time.GetUtcNow().AddMinutes(2)) } }));
        Assert.AreEqual(TimeSpan.FromMinutes(2), (await SendAsync()).RetryAfter);
    }

    [TestMethod]
    public async Task Send_RedirectedElsewhere_DoesNotFollow()
    {
        _web.On(Webhook, (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri("https://evil.example/") } }));

        Assert.AreEqual(new NoticeResult(false, "Teams answered 307: redirects are not followed"), await SendAsync());
        Assert.HasCount(1, _web.Requests);
    }

    [TestMethod]
    public async Task Send_OutOfReach_IsARetryThatDoesNotNameTheAddress()
    {
        _web.On(Webhook, static (_, _) => throw new HttpRequestException(HttpRequestError.NameResolutionError, $"No such host: {Webhook}"));

        Assert.AreEqual(new NoticeResult(false, "Teams could not be reached: NameResolutionError", Retry: true), await SendAsync());
    }

    [TestMethod]
    public async Task Send_TheConnectionBreaks_IsARetry()
    {
        _web.On(Webhook, static (_, _) => throw new IOException(Webhook));

        Assert.AreEqual(new NoticeResult(false, "Teams could not be reached: the connection broke", Retry: true), await SendAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_NoAnswer_IsCutOff()
    {
        _web.On(Webhook, async (_, cancel) =>
        {
            var forever = Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            _time.Advance(TimeSpan.FromSeconds(10));
            await forever;
            return new HttpResponseMessage();
        });

        Assert.AreEqual(new NoticeResult(false, "Teams took too long to answer", Retry: true), await SendAsync());
    }

    [TestMethod]
    public async Task Send_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        _web.On(Webhook, async (_, cancel) =>
        {
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            return new HttpResponseMessage();
        });

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _channel.SendAsync(Samples.Leads, Samples.Notice, stop.Token));
    }

    [TestMethod]
    public async Task Send_SecretCannotBeRead_IsTriedAgain_AndSaysNothingOfTheVault()
    {
        _secrets.IsDown = true;

        Assert.AreEqual(new NoticeResult(false, "the secret teams-webhook cannot be read right now", Retry: true), await SendAsync());
    }

    [TestMethod]
    public async Task Send_SecretMissing_SaysWhich()
    {
        _secrets.Values.Clear();

        Assert.AreEqual(new NoticeResult(false, "the broker has no secret named teams-webhook"), await SendAsync());
    }

    [TestMethod]
    [DataRow("http://flows.example/?sig=s3cr3t", DisplayName = "Without TLS the signature is everybody's")]
    [DataRow("https://user:s3cr3t@flows.example/", DisplayName = "With a password")]
    [DataRow("ftp://flows.example/s3cr3t", DisplayName = "Another scheme")]
    [DataRow("s3cr3t", DisplayName = "No address")]
    public async Task Send_SecretThatIsNoSafeAddress_AsksNobodyAndDoesNotSayIt(string secret)
    {
        _secrets.Values["teams-webhook"] = secret;

        Assert.AreEqual(new NoticeResult(false, "the secret teams-webhook is not an https address"), await SendAsync());
    }

    [TestMethod]
    public async Task Send_ACardTeamsWouldNotTake_IsNotSent()
    {
        var result = await _channel.SendAsync(Samples.Leads, Samples.Hostile(new string('x', 20_000)), CancellationToken.None);

        Assert.AreEqual(new NoticeResult(false, "the card is larger than Teams takes"), result);
    }

    [TestMethod]
    public void Serves_OnlyTargetsWithAWebhook()
    {
        Assert.IsTrue(_channel.Serves(Samples.Leads));
        Assert.IsFalse(_channel.Serves(new NotifyTarget(null, ["a@example.com"])));
        Assert.AreEqual("teams", _channel.Name);
    }

    private async Task<NoticeResult> SendAsync() => await _channel.SendAsync(Samples.Leads, Samples.Notice, CancellationToken.None);

    private async Task<JsonElement> CardOfAsync(ApprovalNotice notice)
    {
        byte[]? posted = null;
        _web.On(Webhook, async (request, cancel) =>
        {
            posted = await request.Content!.ReadAsByteArrayAsync(cancel);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        });
        Assert.IsTrue((await _channel.SendAsync(Samples.Leads, notice, CancellationToken.None)).Delivered);
        return JsonDocument.Parse(posted!).RootElement.GetProperty("attachments")[0].GetProperty("content");
    }
}
