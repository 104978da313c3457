using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Works out what a request would really do, where that has to be looked up first. Only for callers who may ask at all: nothing is read, and
/// GitHub is asked nothing, for a request that is certain to be denied.
/// </summary>
internal sealed class Examination(ICredentialVault credentials, UpstreamForwarder forwarder)
{
    // What GitHub gives with every credential: enough to learn a repository's id.
    private static readonly PermissionSet MetadataRead = PermissionSet.Of("metadata", Access.Read);

    /// <summary>Finds out which repository has the name, for a request that nothing was looked up for.</summary>
    public async ValueTask<Outcome<Examined>> IdentifyAsync(Examined examined, Grant grant, Exchange exchange, CancellationToken cancellationToken)
    {
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
    /// <summary>The repository as GitHub names it, where that was found out without looking anything else up; null otherwise.</summary>
    public RepositoryIdentity? Known { get; init; }

    /// <summary>Whether it is known which repository this is about.</summary>
    public bool IsIdentified => Found is not null;

    /// <summary>The repository as GitHub names it.</summary>
    public RepositoryIdentity Repository => Found ?? throw new InvalidOperationException("Nothing was looked up.");

    private RepositoryIdentity? Found => Lease?.Credential.Repository ?? Known;

    /// <summary>Whether this is what was looked into, by its id; true when nothing was.</summary>
    public bool IsOf(RepositoryIdentity repository) => Found is not { } found || found.Id == repository.Id;

    public ValueTask DisposeAsync() => Lease?.DisposeAsync() ?? ValueTask.CompletedTask;
}
