using CursorBroker.Adapters.Mail;
using CursorBroker.Adapters.Tests.Notices;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace CursorBroker.Adapters.Tests.Mail;

[TestClass]
public sealed class MailChannelTests : IAsyncDisposable
{
    private readonly SmtpListener _server = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSecrets _secrets = new() { Values = { ["mail"] = "p4ssw0rd" } };
    private readonly ListLogger<MailChannel> _log = new();
    private readonly SmtpOptions _options;
    private readonly MailChannel _channel;

    public MailChannelTests()
    {
        _options = new SmtpOptions { Host = "127.0.0.1", Port = _server.Port, Security = SmtpSecurity.None, From = "broker@corp.example" };
        _channel = new MailChannel(_secrets, _options, _time, _log);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.IsFalse(_log.Lines.Any(static line => line.Contains("p4ssw0rd", StringComparison.Ordinal)));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_ANotice_IsOneMessageToEveryAddress()
    {
        Assert.AreEqual(new NoticeResult(true, "the mail server took it"), await SendAsync());

        var message = Message();
        Assert.AreEqual("Dana needs an approval for acme/payments-api", message.Subject);
        Assert.AreEqual("broker@corp.example", message.From.ToString());
        Assert.AreEqual("lead@example.com, second@example.com", message.To.ToString());
        Assert.AreEqual("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.AreEqual(_time.GetUtcNow(), message.Date);
        Assert.AreEqual(
            "Dana needs an approval for acme/payments-api\r\n\r\nWho: Dana\r\nExpires: 2026-11-20 12:30:00 UTC\r\n\r\n- update refs/heads/main\r\n\r\nLook and decide: https://broker.example/approvals/a-0123\r\n",
            message.TextBody!.ReplaceLineEndings("\r\n"));
        Assert.Contains("<a href=\"https://broker.example/approvals/a-0123\">Look and decide</a>", message.HtmlBody!);
        CollectionAssert.AreEqual(
            new[] { "RCPT TO:<lead@example.com>", "RCPT TO:<second@example.com>" },
            _server.Commands.Where(static command => command.StartsWith("RCPT", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual("QUIT", _server.Commands.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task MessageId_ATryAgain_HasTheSameAndAReminderAnother()
    {
        await SendAsync();
        await SendAsync();
        await SendAsync(Samples.Notice with { Reminder = true });

        var ids = _server.Messages.Select(static text => Parse(text).MessageId).ToArray();
        Assert.AreEqual(ids[0], ids[1]);
        Assert.AreNotEqual(ids[0], ids[2]);
        Assert.EndsWith("@corp.example", ids[0]);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("main\r\nBcc: all@evil.example", DisplayName = "A second header")]
    [DataRow("main\r\n\r\n<h1>mine</h1>", DisplayName = "A second body")]
    [DataRow("main\nX-Evil: 1", DisplayName = "A bare line feed")]
    [DataRow("main\rX-Evil: 1", DisplayName = "A bare carriage return")]
    [DataRow("main\r\n.\r\nMAIL FROM:<evil@evil.example>", DisplayName = "SMTP smuggling")]
    [DataRow("main\u2028X-Evil: 1", DisplayName = "A line separator")]
    [DataRow("=?utf-8?q?=0d=0aBcc:_all@evil.example?=", DisplayName = "An encoded word")]
    public async Task Send_LineBreaksInABranchName_AddNoHeaderBodyOrCommand(string text)
    {
        await SendAsync(Samples.Hostile(text));

        var message = Message();
        Assert.AreEqual("lead@example.com, second@example.com", message.To.ToString());
        Assert.IsEmpty(message.Bcc);
        Assert.IsNull(message.Headers["X-Evil"]);
        Assert.IsFalse(message.Subject.AsSpan().ContainsAny('\r', '\n'), message.Subject);
        Assert.HasCount(1, _server.Messages);
        Assert.HasCount(1, _server.Commands.Where(static command => command.StartsWith("MAIL", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_MarkupInText_IsEscapedInHtml()
    {
        await SendAsync(Samples.Hostile("<a href=\"//evil.example\">approve</a><img src=x onerror='a'>&amp;"));

        var html = Message().HtmlBody!;
        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain("\"//evil", html);
        Assert.Contains("&lt;a href=&quot;//evil.example&quot;&gt;approve&lt;/a&gt;", html);
        Assert.HasCount(2, html.Split("<a "), "one link, ours");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("CONNECT", "421 busy", true, "the mail server answered 421: busy")]
    [DataRow("CONNECT", "554 go away", false, "the mail server answered 554: go away")]
    [DataRow("MAIL", "451 later", true, "the mail server answered 451: later")]
    [DataRow("MAIL", "550 not you", false, "the mail server answered 550: not you")]
    [DataRow("RCPT", "450 greylisted", true, "the mail server refused every address: lead@example.com (450), second@example.com (450)")]
    [DataRow("RCPT", "550 unknown", false, "the mail server refused every address: lead@example.com (550), second@example.com (550)")]
    [DataRow("DATA", "452 full", true, "the mail server answered 452: full")]
    [DataRow(".", "554 spam", false, "the mail server answered 554: spam")]
    [DataRow(".", "", true, "the mail server could not be reached: SmtpProtocolException")]
    [DataRow("CONNECT", "", true, "the mail server could not be reached: SmtpProtocolException")]
    public async Task Send_Refused_SaysWhetherTryingAgainHelps(string command, string answer, bool retry, string detail)
    {
        _server.Script[command] = answer;

        Assert.AreEqual(new NoticeResult(false, detail, retry), await SendAsync());
        Assert.HasCount(1, _log.Lines);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_OneAddressRefused_TheOthersGetTheirMail()
    {
        _server.Script["RCPT TO:<lead@"] = "550 unknown";

        Assert.AreEqual(new NoticeResult(true, "the mail server took it, except for lead@example.com (550)"), await SendAsync());
        Assert.HasCount(1, _server.Messages);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_TheFarewellFails_IsDeliveredAllTheSame()
    {
        _server.Script["QUIT"] = "";

        Assert.IsTrue((await SendAsync()).Delivered);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_NobodyListens_IsARetry()
    {
        _server.Leave();

        Assert.AreEqual(new NoticeResult(false, "the mail server could not be reached: SocketException", Retry: true), await SendAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_StartTlsStrippedOnTheWay_SendsNothing()
    {
        SignIn();
        _options.Security = SmtpSecurity.StartTls;

        var result = await SendAsync();

        Assert.IsFalse(result.Delivered || result.Retry);
        Assert.StartsWith("the mail server lacks what the settings ask for", result.Detail);
        Assert.Contains("STARTTLS", result.Detail);
        Assert.IsFalse(_server.Commands.Any(static command => command.StartsWith("AUTH", StringComparison.Ordinal) || command.StartsWith("MAIL", StringComparison.Ordinal)));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_SomebodyInBetweenWithACertificateOfTheirOwn_GetsNothing()
    {
        SignIn();
        _options.Security = SmtpSecurity.ImplicitTls;
        _server.UntrustedTls = true;

        Assert.AreEqual(new NoticeResult(false, "no trusted TLS connection to the mail server", Retry: true), await SendAsync());
        Assert.IsEmpty(_server.Commands);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_AServerThatNeverAnswers_IsCutOff()
    {
        _server.Silent = () => _time.Advance(_options.Timeout);

        Assert.AreEqual(new NoticeResult(false, "the mail server took too long", Retry: true), await SendAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_WithAUser_SignsIn()
    {
        SignIn();

        Assert.IsTrue((await SendAsync()).Delivered);
        Assert.Contains($"AUTH PLAIN {Convert.ToBase64String("\0broker\0p4ssw0rd"u8)}", _server.Commands);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_SignInRefused_IsNotTriedAgain()
    {
        SignIn();
        _server.Script["AUTH"] = "535 no";

        Assert.AreEqual(new NoticeResult(false, "the mail server refused the sign-in"), await SendAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_PasswordCannotBeRead_AsksNobodyAndIsTriedAgain()
    {
        SignIn();
        _secrets.IsDown = true;

        Assert.AreEqual(new NoticeResult(false, "the secret mail cannot be read right now", Retry: true), await SendAsync());
        Assert.IsEmpty(_server.Commands);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Send_PasswordMissing_AsksNobodyAndSaysWhichSecret()
    {
        SignIn();
        _secrets.Values.Clear();

        Assert.AreEqual(new NoticeResult(false, "the broker has no secret named mail"), await SendAsync());
        Assert.IsEmpty(_server.Commands);
    }

    [TestMethod]
    public void Serves_OnlyTargetsWithAddresses()
    {
        Assert.IsTrue(_channel.Serves(Samples.Leads));
        Assert.IsFalse(_channel.Serves(new NotifyTarget("teams-webhook", [])));
        Assert.AreEqual("email", _channel.Name);
    }

    private void SignIn()
    {
        _server.Extensions.Add("AUTH PLAIN");
        _options.User = "broker";
        _options.PasswordSecret = "mail";
    }

    private async Task<NoticeResult> SendAsync(ApprovalNotice? notice = null) =>
        await _channel.SendAsync(Samples.Leads, notice ?? Samples.Notice, CancellationToken.None);

    private MimeMessage Message() => Parse(_server.Messages.Single());

    private static MimeMessage Parse(string text)
    {
        using var bytes = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return MimeMessage.Load(bytes);
    }
}
