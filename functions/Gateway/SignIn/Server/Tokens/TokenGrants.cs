using System.Security.Cryptography;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Registration;
using CursorBroker.Gateway.SignIn.Server.Stores;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>
/// Gives tokens: for a code once, for an approved device once, for a refresh token once, but for an answer that was lost. What is presented again later ends the sign-in that it belongs to, for one of the two who
/// have it is not the one it was given to (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
/// </summary>
internal sealed class TokenGrants(
    OAuthStores stores, AccessTokens tokens, Sessions sessions, UpstreamPeople upstream, AuthorizationServerOptions options, OAuthRecorder recorder, TimeProvider time)
{
    // A replay after that is a token nobody knows, which gives nothing either.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>For how long after it was used a refresh token gives the same next one again: whoever never got the answer asks again at once.</summary>
    public static readonly TimeSpan LostAnswer = TimeSpan.FromSeconds(10);

    private const int MaxRaces = 5;

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
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await stores.Families.ReadAsync(token.Family, cancellationToken) is not { } kept || !token.IsOf(kept.Value) || kept.Value.Client != client.Id)
            {
                return TokenOutcome.Refuse("There is no such refresh token of this client.");
            }

            var family = kept.Value;
            var isRepeated = token.Generation == family.Generation - 1 && time.GetUtcNow() - family.Rotated < LostAnswer;
            if (token.Generation != family.Generation && !isRepeated)
            {
                await ReusedAsync(token.Family, "a refresh token", cancellationToken);
                return TokenOutcome.Refuse("The refresh token was used already. Sign in again.");
            }

            if (await sessions.WhyOverAsync(family, cancellationToken) is { } why)
            {
                return TokenOutcome.Refuse($"{why} Sign in again.");
            }

            if (isRepeated)
            {
                return await GiveAsync(token.Family, family, reread: false, cancellationToken);
            }

            // From here on whether or not the client waits: what the provider gives is given once.
            if (await StepAsync(kept) is { } outcome)
            {
                return outcome;
            }
        }

        throw new StateUnavailableException("The record of a sign-in keeps changing.");
    }

    /// <summary>
    /// The next token of the family. It is made and recorded before it takes the place of the one before: what fails until then leaves that one good. Null when somebody else
    /// has changed the family meanwhile.
    /// </summary>
    private async ValueTask<TokenOutcome?> StepAsync(Kept<Family> kept)
    {
        var (person, reread, problem) = await RereadAsync(kept);
        if (person is null)
        {
            return problem;
        }

        var next = kept.Value with { Person = person, Generation = kept.Value.Generation + 1, Rotated = time.GetUtcNow() };
        TokenOutcome given;
        try
        {
            given = await GiveAsync(kept.Id, next, reread, CancellationToken.None);
        }
        catch (Exception failure) when (failure is LedgerUnavailableException or StateUnavailableException)
        {
            await KeepAsync(kept, person.Refresh);
            throw;
        }

        if (!await stores.Families.ReplaceAsync(kept, next, next.Ends + Memory, CancellationToken.None))
        {
            return null;
        }

        sessions.Forget(kept.Id);
        return given;
    }

    private async ValueTask<TokenOutcome> GiveAsync(string id, Family family, bool reread, CancellationToken cancellationToken)
    {
        var issued = await tokens.MakeAsync(id, family, refreshes: true, cancellationToken);
        await recorder.RecordAsync(
            new TokenRefreshed(family.Person.Person.ToString(), family.ClientLabel, id, issued.Sha256, issued.Expires, family.Person.Groups, reread), cancellationToken);
        return new TokenOutcome.Given(issued, RefreshToken.Make(id, family, family.Generation), family.Person.Person);
    }

    /// <summary>The person as the provider says now, or as it said at sign-in for as long as that counts. Neither person nor problem when the family has changed meanwhile.</summary>
    private async ValueTask<(SignedIn? Person, bool Reread, TokenOutcome? Problem)> RereadAsync(Kept<Family> kept)
    {
        var family = kept.Value;
        if (family.Person.Refresh is not null)
        {
            switch (await upstream.ReadAgainAsync(family.Person, CancellationToken.None))
            {
                case UpstreamOutcome.Read { Person: var person }:
                    return (person, true, null);
                case UpstreamOutcome.No no:
                    // To somebody else who refreshed at the same time it may have said yes, and the token that was shown here is no longer the last one.
                    if (await stores.Families.ReadAsync(kept.Id, CancellationToken.None) is { } now && now.Version != kept.Version)
                    {
                        return (null, false, null);
                    }

                    await sessions.RevokeAsync(kept.Id, $"the identity provider no longer vouches for the person: {no.Detail}", CancellationToken.None);
                    return (null, false, TokenOutcome.Refuse("Your identity provider no longer vouches for this sign-in. Sign in again."));
                case UpstreamOutcome.Unavailable unavailable:
                    await KeepAsync(kept, unavailable.Refresh);
                    return (null, false, new TokenOutcome.Unavailable("The identity provider cannot be asked right now. Try again in a little while."));
                case UpstreamOutcome.Silent silent:
                    // It took the refresh token and says nothing of the person: as good as none from here on.
                    family = family with { Person = family.Person with { Refresh = silent.Refresh } };
                    break;
            }
        }

        return time.GetUtcNow() - family.Person.Read < options.GroupsLifetime
            ? (family.Person, false, null)
            : (null, false, TokenOutcome.Refuse("It is too long ago that your identity provider said which groups you are in. Sign in again."));
    }

    /// <summary>Keeps the provider's newest refresh token although nothing is given for it. Whoever changed the family meanwhile has kept a newer one.</summary>
    private async ValueTask KeepAsync(Kept<Family> kept, string? refresh)
    {
        if (refresh is not null && refresh != kept.Value.Person.Refresh)
        {
            _ = await stores.Families.ReplaceAsync(kept, kept.Value with { Person = kept.Value.Person with { Refresh = refresh } }, kept.Expires, CancellationToken.None);
        }
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
