using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Sandbox.Identity;

/// <summary>Which token requests are taken: a public client's codes and refresh tokens without a secret, a confidential one's own with it.</summary>
internal sealed class TokenRules(ProviderState state) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (state.Client(context.ClientId) is not { } client)
        {
            context.Reject(Errors.InvalidClient, "There is no client of that id.");
        }
        else if (context.Request.IsClientCredentialsGrantType())
        {
            if (client.Secret is null || !Same(client.Secret, context.ClientSecret))
            {
                context.Reject(Errors.InvalidClient, "The client's secret is missing or wrong.");
            }
        }
        else if (client.Secret is not null)
        {
            context.Reject(Errors.UnauthorizedClient, "This client gets tokens for itself alone.");
        }
        else if (!string.IsNullOrEmpty(context.ClientSecret))
        {
            context.Reject(Errors.InvalidClient, "This client is public and has no secret.");
        }
        else if (AuthorizeRules.HasForeignResource(context.Request))
        {
            context.Reject(Errors.InvalidTarget, "The resource does not match the scopes that were asked for.");
        }

        return default;
    }

    private static bool Same(string secret, string? presented) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(presented ?? string.Empty));
}
