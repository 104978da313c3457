using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>
/// Gives tokens: for a code once, for an approved device once, for a refresh token once. What is presented again ends the sign-in that it belongs to, for one of the two who
/// have it is not the one it was given to (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
/// </summary>
internal sealed class TokenGrants(
    OAuthStores stores, AccessTokens tokens, Sessions sessions, UpstreamPeople upstream, AuthorizationServerOptions options, OAuthRecorder recorder, TimeProvider time)
{
    // A replay after that is a token nobody knows, which gives nothing either.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private const string Redeemed = "The authorization code was redeemed already.";

    /// <summary>For a code whose client, redirect and verifier have been checked.</summary>
    public async ValueTask<TokenOutcome> ForCodeAsync(Kept<AuthorizationCode> code, RegisteredClient client, CancellationToken cancellationToken)
    {
        if (code.Value.Family is { } before)
        {
            return await ReplayedAsync(code.Value, before, cancellationToken);
        }

        if (time.GetUtcNow() >= code.Value.Ends)
        {
            return TokenOutcome.Refuse("The authorization code has expired.");
        }

        // The code's record is what is won or lost; the family is there only once it is won.
        var id = OAuthStores.NewSecret();
        if (!await stores.Codes.ReplaceAsync(code, code.Value with { Family = id }, time.GetUtcNow() + Memory, cancellationToken))
        {
            return await stores.Codes.ReadAsync(code.Id, cancellationToken) is { Value: { Family: { } winner } } redeemed
                ? await ReplayedAsync(redeemed.Value, winner, cancellationToken)
                : TokenOutcome.Refuse(Redeemed);
        }

        return await BeginAsync(id, client, code.Value.Person, cancellationToken);
    }

    /// <summary>For a device that somebody let in. Its record was taken away by the one who asks.</summary>
    public ValueTask<TokenOutcome> ForDeviceAsync(SignedIn person, RegisteredClient client, CancellationToken cancellationToken) =>
        BeginAsync(OAuthStores.NewSecret(), client, person, cancellationToken);

    /// <summary>For a refresh token.</summary>
    public async ValueTask<TokenOutcome> RefreshAsync(RefreshToken token, RegisteredClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await stores.Families.ReadAsync(token.Family, cancellationToken) is not { } kept || !token.IsOf(kept.Value) || kept.Value.Client != client.Id)
        {
            return TokenOutcome.Refuse("There is no such refresh token of this client.");
        }

        var family = kept.Value;
        if (token.Generation != family.Generation)
        {
            await ReusedAsync(token.Family, "a refresh token", cancellationToken);
            return TokenOutcome.Refuse("The refresh token was used already. Sign in again.");
        }

        if (await sessions.WhyOverAsync(family, cancellationToken) is { } why)
        {
            return TokenOutcome.Refuse($"{why} Sign in again.");
        }

        var (person, reread, problem) = await RereadAsync(kept, now, cancellationToken);
        if (person is null)
        {
            return problem!;
        }

        var next = family with { Person = person, Generation = family.Generation + 1 };
        if (!await stores.Families.ReplaceAsync(kept, next, family.Ends + Memory, cancellationToken))
        {
            await ReusedAsync(token.Family, "a refresh token", cancellationToken);
            return TokenOutcome.Refuse("The refresh token was used already. Sign in again.");
        }

        sessions.Forget(token.Family);
        var issued = await tokens.MakeAsync(token.Family, next, refreshes: true, cancellationToken);
        await recorder.RecordAsync(
            new TokenRefreshed(person.Person.ToString(), next.ClientLabel, token.Family, issued.Sha256, issued.Expires, person.Groups, reread), cancellationToken);
        return new TokenOutcome.Given(issued, RefreshToken.Make(token.Family, next, next.Generation), person.Person);
    }

    /// <summary>The person as the provider says now, or as it said at sign-in for as long as that counts.</summary>
    private async ValueTask<(SignedIn? Person, bool Reread, TokenOutcome? Problem)> RereadAsync(Kept<Family> kept, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var family = kept.Value;
        if (family.Person.Refresh is not null)
        {
            switch (await upstream.ReadAgainAsync(family.Person, cancellationToken))
            {
                case UpstreamOutcome.Read { Person: var person }:
                    return (person, true, null);
                case UpstreamOutcome.No no:
                    await sessions.RevokeAsync(kept.Id, $"the identity provider no longer vouches for the person: {no.Detail}", cancellationToken);
                    return (null, false, TokenOutcome.Refuse("Your identity provider no longer vouches for this sign-in. Sign in again."));
                case UpstreamOutcome.Unavailable:
                    return (null, false, new TokenOutcome.Unavailable("The identity provider cannot be asked right now. Try again in a little while."));
                case UpstreamOutcome.Silent silent:
                    // It took the refresh token and says nothing of the person: as good as none from here on.
                    family = family with { Person = family.Person with { Refresh = silent.Refresh } };
                    break;
            }
        }

        return now - family.Person.Read < options.GroupsLifetime
            ? (family.Person, false, null)
            : (null, false, TokenOutcome.Refuse("It is too long ago that your identity provider said which groups you are in. Sign in again."));
    }

    private async ValueTask<TokenOutcome> BeginAsync(string id, RegisteredClient client, SignedIn person, CancellationToken cancellationToken)
    {
        var began = person.Read;
        var family = new Family
        {
            Client = client.Id,
            ClientLabel = client.Label,
            Person = person,
            Began = began,
            Ends = began + options.SessionLifetime,
            Generation = 1,
            Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        if (await sessions.WhyOverAsync(family, cancellationToken) is { } why)
        {
            return TokenOutcome.Refuse($"{why} Sign in again.");
        }

        var issued = await tokens.MakeAsync(id, family, client.Refreshes, cancellationToken);
        await recorder.RecordAsync(
            new TokenIssued(person.Person.ToString(), client.Label, id, issued.Sha256, issued.Expires, person.Groups), cancellationToken);
        return await stores.Families.CreateAsync(id, family, family.Ends + Memory, cancellationToken)
            ? new TokenOutcome.Given(issued, client.Refreshes ? RefreshToken.Make(id, family, family.Generation) : null, person.Person)
            : TokenOutcome.Refuse(Redeemed);
    }

    /// <summary>Ends what a code has brought, or will: whoever redeemed it may not have got as far as to create the family, and then finds that it cannot.</summary>
    private async ValueTask<TokenOutcome> ReplayedAsync(AuthorizationCode code, string id, CancellationToken cancellationToken)
    {
        var over = new Family
        {
            Client = code.Client,
            ClientLabel = "",
            Person = code.Person with { Refresh = null },
            Began = code.Person.Read,
            Ends = code.Person.Read,
            Generation = 0,
            Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            Revoked = "the authorization code was used again",
        };
        if (!await stores.Families.CreateAsync(id, over, time.GetUtcNow() + Memory, cancellationToken))
        {
            await ReusedAsync(id, "the authorization code", cancellationToken);
        }

        return TokenOutcome.Refuse(Redeemed);
    }

    private async ValueTask ReusedAsync(string id, string what, CancellationToken cancellationToken)
    {
        if (await sessions.RevokeAsync(id, $"{what} was used again", cancellationToken) is { } family)
        {
            await recorder.RecordAsync(new TokenReused(family.Person.Person.ToString(), family.ClientLabel, id, what), cancellationToken);
        }
    }
}

/// <summary>What became of a request for tokens.</summary>
internal abstract record TokenOutcome
{
    private TokenOutcome()
    {
    }

    public static TokenOutcome Refuse(string description) => new Refused(description);

    /// <summary>Here they are.</summary>
    /// <param name="Access">The access token.</param>
    /// <param name="Refresh">The refresh token; null for a client that cannot use one.</param>
    /// <param name="Person">Whose they are.</param>
    public sealed record Given(IssuedToken Access, string? Refresh, PersonId Person) : TokenOutcome
    {
        /// <summary>Without the tokens.</summary>
        public override string ToString() => $"tokens of {Person}";
    }

    /// <summary>No (<c>invalid_grant</c>).</summary>
    /// <param name="Description">Why, for whoever reads the client's log.</param>
    public sealed record Refused(string Description) : TokenOutcome;

    /// <summary>Not now (<c>temporarily_unavailable</c>). Nothing was used up.</summary>
    /// <param name="Description">Why.</param>
    public sealed record Unavailable(string Description) : TokenOutcome;
}
