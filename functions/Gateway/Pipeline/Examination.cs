using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Works out what a request would really do, where that has to be looked up first. Only for callers who may ask at all: nothing is read, and
/// GitHub is asked nothing, for a request that is certain to be denied.
/// </summary>
internal sealed class Examination(ICredentialVault credentials, UpstreamForwarder forwarder, SecretCalls secrets)
{
    // What GitHub gives with every credential: enough to learn a repository's id.
    private static readonly PermissionSet MetadataRead = PermissionSet.Of("metadata", Access.Read);

    /// <summary>Finds out which repository has the name, or how a secret stands, for a request that nothing was looked up for.</summary>
    public async ValueTask<Outcome<Examined>> IdentifyAsync(ProtocolRequest request, Examined examined, Grant grant, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.SecretRequest is { } call)
        {
            return (await secrets.IdentifyAsync(call.Target, cancellationToken)).Succeeded(out var secret, out var unknown) ? examined with { Known = secret } : unknown;
        }

        if (await secrets.BindAsync(request, grant, cancellationToken) is { } unbound)
        {
            return unbound;
        }

        if (examined.IsIdentified)
        {
            return examined;
        }

        var leased = await credentials.AcquireAsync(grant.Repository, MetadataRead, grant.Lifetime, cancellationToken);
        if (leased is LeaseOutcome.Failed failed)
        {
            return Refusals.From(failed);
        }

        await using var lease = ((LeaseOutcome.Leased)leased).Lease;
        exchange.AddLease(lease);
        return examined with { Known = lease.Credential.Repository };
    }

    public async ValueTask<Outcome<Examined>> ExamineAsync(
        PolicySet policy, Caller caller, ProtocolRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (!request.IsEffectPending)
        {
            return new Examined(request.Operations);
        }

        if (!Authorization.Preview(policy, caller, request.Operations, exchange).Succeeded(out var preview, out var refusal))
        {
            return refusal;
        }

        if (request.KnownFor(preview) is { } known)
        {
            return new Examined(known);
        }

        var leased = await credentials.AcquireAsync(preview.Repository, request.ExaminePermissions, preview.Lifetime, cancellationToken);
        if (leased is LeaseOutcome.Failed failed)
        {
            return Refusals.From(failed);
        }

        var lease = ((LeaseOutcome.Leased)leased).Lease;
        try
        {
            exchange.AddLease(lease);
            var upstream = new UpstreamReader(forwarder, lease.Credential, caller.Person, exchange.Session!);
            var examined = await request.ExamineAsync(upstream, preview, cancellationToken);
            if (examined.Succeeded(out var operations, out refusal))
            {
                return new Examined(operations, lease);
            }

            await lease.DisposeAsync();
            return refusal;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }
}

/// <summary>What a request does, as far as it can be known before it is done.</summary>
/// <param name="Operations">Its operations, with their effect.</param>
/// <param name="Lease">What the looking-up was done with; held so that more can be looked up. Null when nothing was.</param>
internal sealed record Examined(IReadOnlyList<Operation> Operations, ICredentialLease? Lease = null) : IAsyncDisposable
{
    /// <summary>The repository as GitHub names it, or the secret as its vault has it, where that was found out without looking anything else up; null otherwise.</summary>
    public TargetIdentity? Known { get; init; }

    /// <summary>Whether it is known which repository, or which version of a secret, this is about.</summary>
    public bool IsIdentified => Found is not null;

    /// <summary>What it is about, as its upstream has it.</summary>
    public TargetIdentity Identity => Found ?? throw new InvalidOperationException("Nothing was looked up.");

    private TargetIdentity? Found => Lease?.Credential.Repository ?? Known;

    /// <summary>Whether this is what was looked into; true when nothing was.</summary>
    public bool IsOf(TargetIdentity target) => Found is not { } found || found.IsSame(target);

    public ValueTask DisposeAsync() => Lease?.DisposeAsync() ?? ValueTask.CompletedTask;
}
