using CursorBroker.Gateway.SignIn.Server.Keys;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>
/// Makes access tokens (RFC 9068). One says who issued it, for what, to which client, until when and to which sign-in it belongs: who that is and in which groups stays in
/// State, so that no client reads it and a change counts at once.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, SignInOptions signIn, AuthorizationServerOptions options, TimeProvider time)
{
    /// <summary>Its <c>typ</c>.</summary>
    public const string Type = "at+jwt";

    /// <summary>The claim that names the family.</summary>
    public const string FamilyClaim = "sid";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The broker as issuer and as audience: its address without a slash at the end.</summary>
    public string Issuer => signIn.Address.Origin;

    /// <summary>A token of a family.</summary>
    /// <param name="id">The family's id.</param>
    /// <param name="family">The family.</param>
    /// <param name="refreshes">Whether its client can come for the next one; then this one is short.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IssuedToken> MakeAsync(string id, Family family, bool refreshes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var good = refreshes ? now + AuthorizationServerOptions.AccessLifetime : family.Began + options.GroupsLifetime;
        var ends = good < family.Ends ? good : family.Ends;
        var text = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            SigningCredentials = await keys.SigningAsync(cancellationToken),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Iss] = Issuer,
                [JwtRegisteredClaimNames.Aud] = Issuer,
                [JwtRegisteredClaimNames.Sub] = OAuthStores.IdOf(family.Person.Person),
                ["client_id"] = family.ClientLabel,
                ["scope"] = OAuthScope.Broker,
                [JwtRegisteredClaimNames.Iat] = now.ToUnixTimeSeconds(),
                [JwtRegisteredClaimNames.Exp] = ends.ToUnixTimeSeconds(),
                [JwtRegisteredClaimNames.Jti] = OAuthStores.NewSecret()[..22],
                [FamilyClaim] = id,
            },
        });
        return new IssuedToken(text, ends, (int)(ends - now).TotalSeconds);
    }
}

/// <summary>An access token that was just made.</summary>
/// <param name="Text">The token. Never logged, never recorded.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Seconds">The same, from now on.</param>
internal sealed record IssuedToken(string Text, DateTimeOffset Expires, int Seconds)
{
    /// <summary>How it is recorded.</summary>
    public string Sha256 => OAuthStores.Digest(Text);

    /// <summary>Without the token.</summary>
    public override string ToString() => $"token until {Expires:O}";
}
