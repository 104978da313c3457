using CursorBroker.Gateway.SignIn.Server.Stores;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>Makes every code and token that the library asks for: a code is a reference into State, tokens were made when they were granted.</summary>
internal sealed class TokenMaking(OAuthStores stores, TimeProvider time) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>How long a code is good for.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(1);

    // Long enough for a replay to be noticed and not only refused.
    private static readonly TimeSpan CodeMemory = TimeSpan.FromMinutes(30);

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Token = context.TokenType switch
        {
            TokenTypeIdentifiers.Private.AuthorizationCode => await MakeCodeAsync(context),
            TokenTypeIdentifiers.AccessToken => GivenIn(context).Access.Text,
            TokenTypeIdentifiers.RefreshToken => GivenIn(context).Refresh,
            var other => throw new InvalidOperationException($"Nothing makes a token of type {other}."),
        };
    }

    private static TokenOutcome.Given GivenIn(GenerateTokenContext context) => (TokenOutcome.Given)context.Transaction.Properties[TokenGiving.Given]!;

    private async ValueTask<string> MakeCodeAsync(GenerateTokenContext context)
    {
        var consent = (PendingConsent)context.Transaction.GetHttpRequest()!.HttpContext.Items[typeof(PendingConsent)]!;
        var code = OAuthStores.NewSecret();
        var now = time.GetUtcNow();
        var record = new AuthorizationCode
        {
            Client = context.Request!.ClientId!,
            Redirect = context.Request.RedirectUri!,
            Challenge = context.Request.CodeChallenge!,
            Person = consent.Person,
            Ends = now + CodeLifetime,
        };
        return await stores.Codes.CreateAsync(OAuthStores.Digest(code), record, now + CodeMemory, context.CancellationToken)
            ? code
            : throw new InvalidOperationException("Two codes are alike.");
    }
}
