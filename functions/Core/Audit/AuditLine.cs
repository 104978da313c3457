using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CursorBroker.Core.Audit;

/// <summary>Audit events as one line each, for people at a terminal. Not a format to parse: that is the export's.</summary>
public static class AuditLine
{
    /// <summary>Time, session, event and what matters of it. Nothing in the line can drive a terminal.</summary>
    public static string Describe(AuditEvent auditEvent)
    {
        var time = auditEvent.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var origin = string.Join('/', new[] { auditEvent.Session, auditEvent.Request }.OfType<string>());
        return SafeText.Escape($"{time} {(origin.Length == 0 ? "-" : origin)} {Tell(auditEvent)}");
    }

    /// <summary>The record's number and its event; for an event that this version does not know, its JSON.</summary>
    public static string Describe(LedgerRecord record)
    {
        var text = AuditJson.Deserialize(record.Payload.Span) is { } known
            ? Describe(known)
            : SafeText.Escape(Encoding.UTF8.GetString(record.Payload.Span));
        return string.Create(CultureInfo.InvariantCulture, $"{record.Sequence,6} {text}");
    }

    private static string Tell(AuditEvent auditEvent) => auditEvent switch
    {
        SessionStarted e => $"session started: {e.DisplayName} ({e.Kind} {e.Person}) with {Or(e.Client, "an unnamed client")}, groups {List(e.Groups)}",
        SessionLabelled e => $"conversation {e.Conversation}, says {e.Hook} of {e.Person}",
        HookRefused e => $"{e.Hook} of {e.Person} REFUSED a command ({e.Rule}) in conversation {e.Conversation}",
        HookKeyMade e => $"hook key {Short(e.Sha256)} made by {e.Person}, ends {e.Expires.UtcDateTime:yyyy-MM-dd}",
        ClientRegistered e => $"client {e.Client} registered, calls itself {Or(e.Name, "nothing")}, redirects: {e.Redirects} ({Short(e.RedirectsSha256)})",
        ConsentGiven e => $"{e.DisplayName} ({e.Person}) signed in and {(e.Agreed ? "let in" : "DID NOT let in")} {e.Client}{(e.Redirect is null ? " on a device" : $" at {e.Redirect}")}",
        TokenIssued e => $"token {Short(e.Sha256)} of {Short(e.Family)} issued to {e.Client} for {e.Person}, groups {List(e.Groups)}",
        TokenRefreshed e => $"token {Short(e.Sha256)} of {Short(e.Family)} refreshed for {e.Person} by {e.Client}, groups {(e.Reread ? "read again" : "as signed in")}: {List(e.Groups)}",
        TokenReused e => $"{e.What} of {Short(e.Family)} USED AGAIN: sign-in of {e.Person} with {e.Client} is over",
        SignInRevoked e => $"sign-in {Short(e.Family)} of {e.Person} with {e.Client} is over: {e.Why}",
        SessionsCutOff e => $"all sign-ins of {e.Person} up to {e.Before.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'} are over{(e.By is null ? "" : $", says {e.By}")}",
        DeviceApproved e => $"{e.Person} let a device with {e.Client} in",
        RequestRefused e => $"refused {e.Status}: {e.Method} {e.Path} at {e.Stage}, {e.Kind}: {e.Detail}",
        OperationDecided e => $"{e.Outcome}: {e.Person} {e.Operation} {e.Target}{Spaced(e.Detail)} needs {e.Needs}: {e.Reason}",
        ToolCalled e => $"tool {e.Tool} called{(e.Client.Length == 0 ? "" : $" by {e.Client}")}",
        ToolAnswered e => string.Create(
            CultureInfo.InvariantCulture, $"tool {e.Tool} {e.Outcome} in {e.Milliseconds} ms{(e.Approval is null ? "" : $", approval {e.Approval}")}, inner calls: {List(e.Calls)}"),
        CredentialLeased e => $"credential {Short(e.Sha256)} {(e.Fresh ? "minted" : "shared")} for {e.Repository}{(e.Others is { Length: > 0 } others ? $", {List(others)}" : "")}: {e.Permissions}",
        TokenExchanged e => string.Create(CultureInfo.InvariantCulture, $"credential {Short(e.Sha256)} LEFT THE BROKER for {e.Repository}: {e.Permissions}, {e.Seconds} s, by rule {e.Rule}"),
        CredentialRevoked e => $"credential {Short(e.Sha256)} {(e.Confirmed ? "revoked" : "NOT confirmed as revoked")}: {e.Why}",
        ForwardIntended e => $"forwarding {(e.Writes ? "write" : "read")} {e.Method} {e.Path}: {List(e.Operations)}",
        ExchangeCompleted e => Tell(e),
        ApprovalOpened e => $"approval {e.Approval} opened: {e.Person} on {e.Target}: {List(e.Summary)}; must agree: {List(e.Requirements)}",
        ApprovalVoted e => $"approval {e.Approval}: {e.DisplayName} ({e.Person}) votes {e.Verdict}: {Or(e.Reason, "no reason given")}",
        ApprovalCancelled e => $"approval {e.Approval}: {e.Person} takes it back",
        ApprovalUsed e => $"approval {e.Approval} is taken for {Short(e.Fingerprint)}",
        ApprovalRefused e => $"approval {e.Approval}: {e.Attempt} by {e.Person} REFUSED, {e.Kind}: {e.Detail}",
        ApprovalMoved e => $"approval {e.Approval} is {e.Status}{(e.Reason is null ? "" : $": {e.Reason}")}",
        ApprovalNotified e => $"{Notice(e.Reminder)} of {e.Approval} delivered to {e.Target} by {e.Channel}{Tries(e.Attempts)}: {e.Detail}",
        ApprovalNotifyFailed e =>
            $"{Notice(e.Reminder)} of {e.Approval} NOT delivered to {e.Target} by {e.Channel}{Tries(e.Attempts)}, {(e.GivenUp ? "given up" : "will be tried again")}: {e.Detail}",
        AnswerMasked e => string.Create(
            CultureInfo.InvariantCulture,
            $"{e.Total} secrets in the answer{(e.BlockedBy is null ? "" : $", BLOCKED by {e.BlockedBy}")}: {List([.. e.Counts.Select(static count => $"{count.Count} {count.Rule} ({count.Action})")])}"),
        SecretRead e => $"secret {e.Vault}/{e.Secret}{Spaced(e.Version)} read by {e.Person}: {(e.Form == "value" ? "the VALUE" : $"its {e.Form}")}{(e.Known ? "" : "; too plain to be masked by value")}",
        SecretChanged e => $"secret {e.Vault}/{e.Secret}{Spaced(e.Version)} {e.Change} by {e.Person}",
        SecretUsed e => $"secret {e.Vault}/{e.Secret}{Spaced(e.Version)} used unseen by {e.Person} for {e.For}: {e.Destination}{(e.Known ? "" : "; too plain to be masked by value")}",
        PolicyLoaded e => $"policy {Short(e.Version)} in force from {e.Source}",
        PolicyRejected e => $"policy from {e.Source} REJECTED: {List(e.Problems)}",
        BrokerStarted e => $"broker {e.Instance} started, version {e.Version}",
        BrokerStopped e => $"broker {e.Instance} stopped",
        _ => $"event {auditEvent.Id}",
    };

    private static string Tell(ExchangeCompleted e)
    {
        var end = e.Failure is null ? $"answered {e.Status}" : $"BROKEN OFF ({e.Failure}), status {e.Status}";
        var results = e.Results.IsDefaultOrEmpty ? "" : $": {List(e.Results)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{end} in {e.Milliseconds} ms, {e.BytesIn} bytes in, {e.BytesOut} out{(e.Unmasked ? ", unmasked" : "")}{InspectedIn(e)}{results}");
    }

    private static string InspectedIn(ExchangeCompleted e) => e.Inspected is not { } body ? "" : string.Create(
        CultureInfo.InvariantCulture, $", inspected ({body.Parts} parts, {body.Remembered} known, {body.Bytes} bytes scanned){(body.Secrets.IsDefaultOrEmpty ? "" : $", SECRETS: {List(body.Secrets)}")}");

    private static string Notice(bool reminder) => reminder ? "reminder" : "notice";

    private static string Tries(int attempts) => attempts == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" after {attempts} tries");

    private static string List(ImmutableArray<string> items) => items.IsDefaultOrEmpty ? "none" : string.Join("; ", items);

    private static string Or(string text, string otherwise) => text.Length == 0 ? otherwise : text;


    private static string Spaced(string? text) => text is null ? "" : $" {text}";

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
