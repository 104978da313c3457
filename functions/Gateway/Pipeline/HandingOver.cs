using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// The one way on which a credential leaves the broker: minted for this caller alone, its end recorded, its leaving durable in the ledger, and only then told. Whatever fails
/// after it was minted has it revoked.
/// </summary>
internal sealed class HandingOver(ITokenHandOut tokens, TimeProvider time)
{
    /// <summary>Null when it was handed over; otherwise why not.</summary>
    public async ValueTask<Refusal?> RunAsync(
        HttpContext context, ProtocolRequest request, IReadOnlyList<Operation> operations, Grant grant, Exchange exchange, CancellationToken cancellationToken)
    {
        // The policy was asked for this and nothing else: a grant for doing something is none for having the means.
        if (operations is not [{ Details: TokenExchangeDetails }])
        {
            throw new InvalidOperationException("A credential is handed over for one exchange on one repository.");
        }

        var outcome = await tokens.MintAsync(grant.Repository, grant.Permissions, grant.Lifetime, cancellationToken);
        if (outcome is not HandOutOutcome.Minted { Credential: var credential, RevokedAt: var end })
        {
            return Refusals.From(((HandOutOutcome.Failed)outcome).Failure);
        }

        var delivered = false;
        try
        {
            if (!credential.IsFor(grant.Repositories))
            {
                return Refusals.Unavailable(Stage.Credential, "No credential could be had from GitHub.", $"the credential is not for {grant.Repository}");
            }

            exchange.Add(new TokenExchanged(
                credential.Sha256,
                credential.Repository.Name.ToString(),
                credential.Repository.Id,
                credential.Permissions.ToString(),
                (long)grant.Lifetime.TotalSeconds,
                end,
                grant.Rule));
            await exchange.CommitAsync(cancellationToken);
            await request.HandOverAsync(new HandedOver(context, credential, end - time.GetUtcNow()), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            delivered = true;
            return null;
        }
        finally
        {
            if (!delivered)
            {
                tokens.TakeBack(credential);
            }
        }
    }
}
