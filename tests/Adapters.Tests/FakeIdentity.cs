using Azure.Core;

namespace CursorBroker.Adapters.Tests;

/// <summary>An identity that always has a token, or throws what it is told to.</summary>
internal sealed class FakeIdentity(string scope) : TokenCredential
{
    public const string Token = "a-token-of-the-broker";

    public Exception? Fails { get; set; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Assert.AreEqual(scope, requestContext.Scopes.Single());
        return Fails is { } failure ? throw failure : ValueTask.FromResult(new AccessToken(Token, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}
