using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>One request, understood: the operations it makes, and how to rebuild it for the upstream once they are allowed.</summary>
public abstract class ProtocolRequest
{
    /// <summary>
    /// Finds out which repositories it is about, where that depends on who asks (a search of everything that they may see) or has to be looked up (a node id). Called
    /// once, before anything is decided; <see cref="Operations"/> is read after it. It decides nothing.
    /// </summary>
    /// <returns>Null when all is well.</returns>
    public virtual ValueTask<Refusal?> ResolveAsync(Caller caller, PolicySet policy, CancellationToken cancellationToken) => ValueTask.FromResult<Refusal?>(null);

    /// <summary>
    /// What is asked. At least one operation, all on the same repository or on repositories of the same owner, beside them uses of secrets; or one on a vault; none at all only for what the broker answers itself
    /// (<see cref="NeedsUpstream"/> is false) to whoever has signed in.
    /// </summary>
    public abstract IReadOnlyList<Operation> Operations { get; }

    /// <summary>
    /// True when what the operations would change has to be looked up: they are then decided twice, first as far as it does not depend on
    /// that, and again with what <see cref="ExamineAsync"/> found.
    /// </summary>
    public virtual bool IsEffectPending => false;

    /// <summary>What the looking-up needs to be able to do; nothing that writes.</summary>
    public virtual PermissionSet ExaminePermissions => PermissionSet.ContentsRead;

    /// <summary>The operations with their effect, where for this caller nothing has to be looked up; null when it has to be.</summary>
    public virtual IReadOnlyList<Operation>? KnownFor(Preview preview) => null;

    /// <summary>Works out what the operations would change. Called only for a caller who may ask, with a credential that can read the repository.</summary>
    /// <returns>The operations with their effect, in the same order.</returns>
    public virtual ValueTask<Outcome<IReadOnlyList<Operation>>> ExamineAsync(
        IUpstreamReader upstream, Preview preview, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This request's effect is known.");

    /// <summary>How people can be asked about this request; null when they cannot, and it is refused where the policy wants them to be.</summary>
    public virtual IApprovable? Approvable => null;

    /// <summary>What it counts against the caller's limit, in GitHub's points: one for a read of the API, five for a write; nothing for git, as at GitHub.</summary>
    public virtual int Points => 0;

    /// <summary>What the record says of the request beside its operations; durable before the broker answers it. For requests that the broker answers itself.</summary>
    public virtual IEnumerable<AuditEvent> Notes => [];

    /// <summary>True when the answer is Opaque: a body that cannot be masked in place.</summary>
    public virtual bool HasOpaqueBody => false;

    /// <summary>True for a request for a credential that its caller is to have; then <see cref="HandOverAsync"/> is called, and nothing is forwarded.</summary>
    public virtual bool AsksForCredential => false;

    /// <summary>Answers such a request. What is not written to its end does not count as handed over, and the credential is revoked.</summary>
    public virtual ValueTask HandOverAsync(HandedOver handed, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This request asks for no credential.");

    /// <summary>
    /// False for a request that the broker answers itself once it is allowed (git's push probe); then
    /// <see cref="AnswerAsync"/> is called and no credential is minted.
    /// </summary>
    public virtual bool NeedsUpstream => true;

    /// <summary>Answers a request that needs no upstream.</summary>
    public virtual ValueTask AnswerAsync(Answering answering, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This request is answered by its upstream.");

    /// <summary>What it asks of a vault, instead of GitHub; null for everything that GitHub is asked.</summary>
    public virtual ISecretRequest? SecretRequest => null;

    /// <summary>
    /// Is told how the secrets stand that it puts somewhere unseen, before people are asked about it: what they agree to is these versions. Called only where
    /// <see cref="Operations"/> holds such uses.
    /// </summary>
    public virtual void BindUses(IReadOnlyList<SecretIdentity> secrets) => throw new InvalidOperationException("This request uses no secrets.");

    /// <summary>The version of a used secret that people agreed to; null where nobody was asked.</summary>
    public virtual SecretVersionId? ExpectedVersion(SecretTarget secret) => null;

    /// <summary>Puts the values where they go, once everything is decided; the request that is rebuilt then holds them. Called only where <see cref="Operations"/> holds uses.</summary>
    /// <returns>Null when all is well.</returns>
    public virtual ValueTask<Refusal?> PlaceAsync(IReadOnlyDictionary<SecretTarget, string> values, IUpstreamReader upstream, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This request uses no secrets.");

    /// <summary>
    /// Checks what only the upstream's present state can tell (are the wanted objects visible tips?), before anything is forwarded.
    /// Null when all is well.
    /// </summary>
    public virtual ValueTask<Refusal?> VerifyAsync(IUpstreamReader upstream, Grant grant, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Refusal?>(null);

    /// <summary>Rebuilds the request from its parsed parts. Nothing of the caller's own request line or headers goes through.</summary>
    /// <param name="repository">The repository as GitHub names it now.</param>
    /// <param name="grant">What was granted, for filters of the answer.</param>
    public virtual UpstreamExchange Rebuild(RepositoryIdentity repository, Grant grant) =>
        throw new InvalidOperationException("This request is answered by the broker.");
}

/// <summary>What a request that the broker answers itself is answered with.</summary>
/// <param name="Context">The request.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Policy">The policy that the request is served under.</param>
/// <param name="Session">The session.</param>
/// <param name="Reference">The request's reference id.</param>
public sealed record Answering(Microsoft.AspNetCore.Http.HttpContext Context, Caller Caller, PolicySet Policy, SessionId Session, string Reference)
{
    /// <summary>Masks a body of the answer that holds what the upstream said. The length stays.</summary>
    public required Func<ReadOnlyMemory<byte>, TextForm, ReadOnlyMemory<byte>> Mask { get; init; }

    /// <summary>Takes what the record is to say of the answer; made durable when it is over.</summary>
    public required Action<AuditEvent> Record { get; init; }
}

/// <summary>A credential that leaves the broker.</summary>
/// <param name="Context">The request.</param>
/// <param name="Credential">The credential, recorded, and revoked by the broker.</param>
/// <param name="Lifetime">How long from now.</param>
public sealed record HandedOver(Microsoft.AspNetCore.Http.HttpContext Context, Credential Credential, TimeSpan Lifetime);
