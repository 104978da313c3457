using System.Text;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

[TestClass]
public sealed class AuditLineTests
{
    [TestMethod]
    [DynamicData(nameof(AuditEventSamples.Rows), typeof(AuditEventSamples))]
    public void Describe_EachKind_SaysMoreThanItsNumber(AuditEvent auditEvent, string json)
    {
        var line = AuditLine.Describe(auditEvent);

        Assert.StartsWith("2026-03-04 05:06:07Z ", line, json);
        Assert.DoesNotContain($"event {auditEvent.Id}", line);
    }

    [TestMethod]
    public void Describe_ADecision_NamesPersonTargetAndOutcome()
    {
        var decided = new OperationDecided("iss#1", "git.push", "acme/x", "contents:write", "refs/heads/main", "deny", "RefNotAllowed", "v1", [])
        {
            At = DateTimeOffset.UnixEpoch,
            Session = "s-1",
            Request = "r-1",
        };

        Assert.AreEqual(
            "1970-01-01 00:00:00Z s-1/r-1 deny: iss#1 git.push acme/x refs/heads/main needs contents:write: RefNotAllowed", AuditLine.Describe(decided));
    }

    [TestMethod]
    [DataRow("\u001b[2J", "\\u{1b}[2J", DisplayName = "CSI clears the auditor's screen")]
    [DataRow("\u001b]52;c;cm0=\u0007", "\\u{1b}]52;c;cm0=\\u{7}", DisplayName = "OSC 52 writes the auditor's clipboard")]
    [DataRow("\u009b2J", "\\u{9b}2J", DisplayName = "8-bit CSI")]
    [DataRow("x\r\n1970-01-01 allow", "x\\u{d}\\u{a}1970-01-01 allow", DisplayName = "A forged line")]
    [DataRow("\b\b\b", "\\u{8}\\u{8}\\u{8}", DisplayName = "Backspace over what stood there")]
    [DataRow("a\u2028b", "a\\u{2028}b", DisplayName = "Line separator")]
    [DataRow("\u202egnp", "\\u{202e}gnp", DisplayName = "Right-to-left override")]
    [DataRow("pay\u200bments", "pay\\u{200b}ments", DisplayName = "Zero-width space")]
    [DataRow("\\u{1b}", "\\\\u{1b}", DisplayName = "What looks like an escape is told from one")]
    [DataRow("Zoë 😀", "Zoë 😀", DisplayName = "Ordinary text stays")]
    public void Describe_HostileText_CannotDriveTheTerminal(string hostile, string shown)
    {
        var refused = new RequestRefused("GET", hostile, "classify", "Unknown", "-", 404) { At = DateTimeOffset.UnixEpoch };

        Assert.Contains($"GET {shown} at", AuditLine.Describe(refused));
    }

    [TestMethod]
    public void Describe_ALoneSurrogate_IsEscaped()
    {
        var loaded = new PolicyLoaded("v", "\ud800") { At = DateTimeOffset.UnixEpoch };

        Assert.EndsWith("from \\u{d800}", AuditLine.Describe(loaded));
    }

    [TestMethod]
    public void Describe_ARecordOfAnUnknownKind_ShowsItsJsonSafely()
    {
        var record = LedgerChain.Next(LedgerHead.Empty, Encoding.UTF8.GetBytes("{\"event\":\"from.the.future\u001b[2J\"}"));

        Assert.AreEqual("     1 {\"event\":\"from.the.future\\u{1b}[2J\"}", AuditLine.Describe(record));
    }

    [TestMethod]
    public void Describe_AnEventWhoseListsWereLeftOut_DoesNotFail()
    {
        var record = LedgerChain.Next(
            LedgerHead.Empty, """{"event":"policy.rejected","at":"2026-03-04T05:06:07.0000000Z","source":"p"}"""u8.ToArray());

        Assert.Contains("REJECTED: none", AuditLine.Describe(record));
    }
}
