using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using CursorBroker.Adapters.Mail;
using CursorBroker.Adapters.Tests.Notices;
using CursorBroker.Adapters.Tests.Oidc;
using CursorBroker.Core.Approvals.Notices;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Mail;

[TestClass]
public sealed class CommunicationServicesMailChannelTests : IDisposable
{
    private const string Send = "https://res.communication.azure.com/emails:send?api-version=2023-03-31";
    private const string Status = "https://res.communication.azure.com/emails/operations/1?api-version=2023-03-31";

    private readonly FakeWeb _web = new();
    private readonly HttpMessageInvoker _http;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeCredential _credential = new();
    private readonly ListLogger<CommunicationServicesMailChannel> _log = new();
    private readonly CommunicationServicesMailChannel _channel;
    private readonly List<JsonElement> _posted = [];
    private readonly List<string> _operations = [];

    public CommunicationServicesMailChannelTests()
    {
        _http = new HttpMessageInvoker(_web);
        var options = new CommunicationServicesOptions { Endpoint = new Uri("https://res.communication.azure.com"), From = "broker@corp.example" };
        _channel = new CommunicationServicesMailChannel(_http, _credential, options, _time, _log);
    }

    public void Dispose()
    {
        _http.Dispose();
        Assert.IsEmpty(_web.Unexpected);
        Assert.IsFalse(_log.Lines.Any(static line => line.Contains("t0ken", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Send_ANotice_IsOneMessageToEveryAddressAndFollowed()
    {
        Takes(Status);
        _web.On(Status, static () => """{"id":"1","status":"Succeeded","error":null}""");

        Assert.AreEqual(new NoticeResult(true, "the mail service sent it"), await SendAsync());

        var message = _posted.Single();
        Assert.AreEqual("broker@corp.example", message.GetProperty("senderAddress").GetString());
        Assert.AreEqual(Samples.Notice.Title, message.GetProperty("content").GetProperty("subject").GetString());
        Assert.Contains("Look and decide: https://broker.example/approvals/a-0123", message.GetProperty("content").GetProperty("plainText").GetString()!);
        Assert.Contains("<a href=\"https://broker.example/approvals/a-0123\">", message.GetProperty("content").GetProperty("html").GetString()!);
        CollectionAssert.AreEqual(
            new[] { "lead@example.com", "second@example.com" },
            message.GetProperty("recipients").GetProperty("to").EnumerateArray().Select(static to => to.GetProperty("address").GetString()).ToArray());
        Assert.AreEqual("auto-generated", message.GetProperty("headers").GetProperty("Auto-Submitted").GetString());
        Assert.EndsWith("@corp.example>", message.GetProperty("headers").GetProperty("Message-ID").GetString()!);
        Assert.IsTrue(message.GetProperty("userEngagementTrackingDisabled").GetBoolean());
        Assert.AreEqual("https://communication.azure.com//.default", _credential.Scopes.Single());
    }

    [TestMethod]
    public async Task Send_TriedAgain_IsTheSameOperation()
    {
        Takes(null);
        await SendAsync();
        await SendAsync();

        Assert.HasCount(2, _operations);
        Assert.AreEqual(_operations[0], _operations[1]);
        Assert.IsTrue(Guid.TryParseExact(_operations[0], "D", out _));
    }

    [TestMethod]
    public async Task Send_LineBreakInABranchName_StaysInTheSubject()
    {
        Takes(null);
        await _channel.SendAsync(Samples.Leads, Samples.Hostile("main\r\nBcc: all@evil.example"), CancellationToken.None);

        Assert.AreEqual("main  Bcc: all@evil.example", _posted.Single().GetProperty("content").GetProperty("subject").GetString());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_StillRunning_IsAskedAgainUntilItIsDone()
    {
        Takes(Status);
        var asked = 0;
        _web.On(Status, () => ++asked < 3 ? """{"status":"Running"}""" : """{"status":"Succeeded"}""");

        var sending = SendAsync();
        await AdvanceUntilDoneAsync(sending);

        Assert.IsTrue((await sending).Delivered);
        Assert.AreEqual(3, asked);
    }

    [TestMethod]
    public async Task Send_TakenAndThenFailed_SaysWhyAndIsNotSentAgain()
    {
        Takes(Status);
        _web.On(Status, static () => """{"status":"Failed","error":{"code":"EmailDroppedAllRecipientsSuppressed","message":"x"}}""");

        Assert.AreEqual(new NoticeResult(false, "the mail service took it and did not send it: EmailDroppedAllRecipientsSuppressed"), await SendAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_NeverDone_CountsAsTakenAfterTheBound()
    {
        Takes(Status);
        _web.On(Status, static () => """{"status":"Running"}""");

        var sending = SendAsync();
        await AdvanceUntilDoneAsync(sending);

        Assert.AreEqual(new NoticeResult(true, "the mail service took it; whether it was sent is not known yet"), await sending);
        Assert.IsLessThan(25, _web.Count(Status));
    }

    [TestMethod]
    [DataRow("https://evil.example/steal", DisplayName = "Another host")]
    [DataRow("http://res.communication.azure.com/x", DisplayName = "Without TLS")]
    [DataRow("https://res.communication.azure.com:8443/x", DisplayName = "Another port")]
    [DataRow("https://a@res.communication.azure.com/x", DisplayName = "With a user")]
    [DataRow("/emails/operations/1", DisplayName = "Relative")]
    public async Task Send_ToBeFollowedElsewhere_TheTokenGoesNowhere(string location)
    {
        Takes(location);

        Assert.AreEqual(new NoticeResult(true, "the mail service took it; whether it was sent is not known yet"), await SendAsync());
        Assert.HasCount(1, _web.Requests);
    }

    [TestMethod]
    [DataRow(400, false)]
    [DataRow(401, false)]
    [DataRow(404, false)]
    [DataRow(307, false)]
    [DataRow(429, true)]
    [DataRow(503, true)]
    public async Task Send_Refused_SaysWhetherTryingAgainHelps(int status, bool retry)
    {
        _web.On(Send, (HttpStatusCode)status);

        Assert.AreEqual(new NoticeResult(false, $"the mail service answered {status}", retry), await SendAsync());
        Assert.HasCount(1, _log.Lines);
    }

    [TestMethod]
    public async Task Send_AskedToWait_SaysHowLong()
    {
        _web.On(Send, static (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(60)) },
        }));

        Assert.AreEqual(TimeSpan.FromSeconds(60), (await SendAsync()).RetryAfter);
    }

    [TestMethod]
    public async Task Send_OutOfReach_IsARetry()
    {
        _web.On(Send, static (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError));

        Assert.AreEqual(new NoticeResult(false, "the mail service could not be reached: ConnectionError", Retry: true), await SendAsync());
    }

    [TestMethod]
    public async Task Send_NoToken_IsARetryThatDoesNotSayMore()
    {
        _credential.Failure = new InvalidOperationException("t0ken endpoint said much");

        Assert.AreEqual(new NoticeResult(false, "the broker got no token for the mail service: InvalidOperationException", Retry: true), await SendAsync());
    }

    private void Takes(string? location) => _web.On(Send, async (request, cancel) =>
    {
        Assert.AreEqual("Bearer t0ken", request.Headers.Authorization!.ToString());
        _operations.Add(request.Headers.GetValues("Operation-Id").Single());
        _posted.Add(JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancel)).RootElement);
        var response = new HttpResponseMessage(HttpStatusCode.Accepted);
        if (location is not null)
        {
            response.Headers.TryAddWithoutValidation("Operation-Location", location);
        }

        return response;
    });

    private async Task<NoticeResult> SendAsync() => await _channel.SendAsync(Samples.Leads, Samples.Notice, CancellationToken.None);

    private async Task AdvanceUntilDoneAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private sealed class FakeCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public Exception? Failure { get; set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing here blocks.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return Failure is null ? ValueTask.FromResult(new AccessToken("t0ken", DateTimeOffset.MaxValue)) : throw Failure;
        }
    }
}
