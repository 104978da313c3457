using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>
/// Something that happened, for the Ledger. One family with stable ids and names; a new kind gets a new id, an old one never changes meaning.
/// Holds no secret: credentials appear as SHA-256, texts from outside as data, never as format.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(SessionStarted), "session.started")]
[JsonDerivedType(typeof(SessionLabelled), "session.labelled")]
[JsonDerivedType(typeof(HookRefused), "hook.refused")]
[JsonDerivedType(typeof(HookKeyMade), "hook.key-made")]
[JsonDerivedType(typeof(ClientRegistered), "oauth.client-registered")]
[JsonDerivedType(typeof(ConsentGiven), "oauth.signed-in")]
[JsonDerivedType(typeof(TokenIssued), "oauth.token-issued")]
[JsonDerivedType(typeof(TokenRefreshed), "oauth.refreshed")]
[JsonDerivedType(typeof(TokenReused), "oauth.refresh-reused")]
[JsonDerivedType(typeof(SignInRevoked), "oauth.revoked")]
[JsonDerivedType(typeof(SessionsCutOff), "oauth.cut-off")]
[JsonDerivedType(typeof(DeviceApproved), "oauth.device-approved")]
[JsonDerivedType(typeof(RequestRefused), "request.refused")]
[JsonDerivedType(typeof(OperationDecided), "operation.decided")]
[JsonDerivedType(typeof(ToolCalled), "tool.called")]
[JsonDerivedType(typeof(ToolAnswered), "tool.answered")]
[JsonDerivedType(typeof(CredentialLeased), "credential.leased")]
[JsonDerivedType(typeof(CredentialRevoked), "credential.revoked")]
[JsonDerivedType(typeof(TokenExchanged), "credential.exchanged")]
[JsonDerivedType(typeof(ForwardIntended), "exchange.intended")]
[JsonDerivedType(typeof(ExchangeCompleted), "exchange.completed")]
[JsonDerivedType(typeof(ApprovalOpened), "approval.opened")]
[JsonDerivedType(typeof(ApprovalVoted), "approval.voted")]
[JsonDerivedType(typeof(ApprovalCancelled), "approval.cancelled")]
[JsonDerivedType(typeof(ApprovalUsed), "approval.used")]
[JsonDerivedType(typeof(ApprovalRefused), "approval.refused")]
[JsonDerivedType(typeof(ApprovalMoved), "approval.moved")]
[JsonDerivedType(typeof(ApprovalNotified), "approval.notified")]
[JsonDerivedType(typeof(ApprovalNotifyFailed), "approval.notify-failed")]
[JsonDerivedType(typeof(AnswerMasked), "masked.answer")]
[JsonDerivedType(typeof(SecretRead), "secret.read")]
[JsonDerivedType(typeof(SecretChanged), "secret.changed")]
[JsonDerivedType(typeof(SecretUsed), "secret.used")]
[JsonDerivedType(typeof(PolicyLoaded), "policy.loaded")]
[JsonDerivedType(typeof(PolicyRejected), "policy.rejected")]
[JsonDerivedType(typeof(BrokerStarted), "broker.started")]
[JsonDerivedType(typeof(BrokerStopped), "broker.stopped")]
public abstract record AuditEvent
{
    /// <summary>Where <see cref="Id"/> stands in the JSON. An override does not inherit the attribute and must repeat it.</summary>
    protected const int IdOrder = -4;

    /// <summary>The stable number of this kind: 1xx session, 2xx operation, 3xx credential, 4xx exchange, 5xx approval, 6xx masking, 7xx secrets, 8xx policy, 9xx broker.</summary>
    [JsonPropertyOrder(IdOrder)]
    public abstract int Id { get; }

    /// <summary>When it happened, UTC; stamped by whoever gathers events for the ledger.</summary>
    [JsonPropertyOrder(-3)]
    public DateTimeOffset At { get; init; }

    /// <summary>The request it belongs to: also the reference id that callers are shown. Null for events of the broker itself.</summary>
    [JsonPropertyOrder(-2)]
    public string? Request { get; init; }

    /// <summary>The session; null before the caller is known.</summary>
    [JsonPropertyOrder(-1)]
    public string? Session { get; init; }
}
