using System.Collections.Concurrent;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Stores;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>Which sign-ins still count. Every use of a token asks; an instance remembers the answer for seconds.</summary>
internal sealed class Sessions(OAuthStores stores, HookKeys hookKeys, OAuthRecorder recorder, TimeProvider time) : IPersonSessions, ISignInEnds
{
    /// <summary>For how long an instance may not know that a sign-in is over.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private const int Capacity = 10_000;
    private const int MaxRaces = 5;

    private readonly ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>The family, when it still counts; otherwise why not.</summary>
    /// <exception cref="StateUnavailableException">Nobody can tell, so it does not count now.</exception>
    public async ValueTask<(Family? Family, string? WhyNot)> FindAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_seen.TryGetValue(id, out var seen) && now - seen.At < Freshness)
        {
            return (seen.Family, seen.WhyNot);
        }

        var family = (await stores.Families.ReadAsync(id, cancellationToken))?.Value;
        var why = family is null ? "There is no such sign-in." : await WhyOverAsync(family, cancellationToken);
        if (_seen.Count >= Capacity)
        {
            _seen.Clear();
        }

        _seen[id] = new(why is null ? family : null, why, now);
        return (why is null ? family : null, why);
    }

    /// <summary>Why a family does not count any more; null while it does.</summary>
    public async ValueTask<string?> WhyOverAsync(Family family, CancellationToken cancellationToken)
    {
        if (family.Revoked is not null)
        {
            return "This sign-in was revoked.";
        }

        if (time.GetUtcNow() >= family.Ends)
        {
            return "This sign-in has reached its end.";
        }

        return await IsOverAsync(family.Person.Person, family.Began, cancellationToken) ? "All of this person's sign-ins were revoked." : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsOverAsync(PersonId person, DateTimeOffset began, CancellationToken cancellationToken) =>
        await stores.CutOffs.ReadAsync(OAuthStores.IdOf(person), cancellationToken) is { Value.Before: var before } && began <= before;

    /// <summary>Ends one sign-in. The family, when it was this call that ended it; null when there is none or it was over.</summary>
    public async ValueTask<Family?> RevokeAsync(string id, string why, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await stores.Families.ReadAsync(id, cancellationToken) is not { Value: { Revoked: null } family } kept)
            {
                return null;
            }

            // Whoever refreshes meanwhile loses: the version is another one afterwards. Nobody asks the provider about it again.
            if (await stores.Families.ReplaceAsync(kept, family with { Revoked = why, Person = family.Person with { Refresh = null } }, kept.Expires, cancellationToken))
            {
                Forget(id);
                await recorder.RecordAsync(new SignInRevoked(family.Person.Person.ToString(), family.ClientLabel, id, why), cancellationToken);
                return family;
            }
        }

        throw new StateUnavailableException("The record of a sign-in keeps changing.");
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset> CutOffAsync(PersonId person, DateTimeOffset before, PersonId? by, CancellationToken cancellationToken)
    {
        var (id, now) = (OAuthStores.IdOf(person), time.GetUtcNow());
        for (var race = 0; race < MaxRaces; race++)
        {
            var kept = await stores.CutOffs.ReadAsync(id, cancellationToken);
            var cutOff = new CutOff(before < now ? before : now);
            if (kept is { Value: var there } && there.Before >= cutOff.Before)
            {
                cutOff = there;
            }
            else if (!(kept is null ? await stores.CutOffs.CreateAsync(id, cutOff, expires: null, cancellationToken) : await stores.CutOffs.ReplaceAsync(kept, cutOff, expires: null, cancellationToken)))
            {
                continue;
            }

            _seen.Clear();
            await hookKeys.EndAsync(person, cancellationToken);
            await recorder.RecordAsync(new SessionsCutOff(person.ToString(), cutOff.Before, by?.ToString()), cancellationToken);
            return cutOff.Before;
        }

        throw new StateUnavailableException("The record of a person's sign-ins keeps changing.");
    }

    /// <summary>Makes this instance look again.</summary>
    public void Forget(string id) => _seen.TryRemove(id, out _);

    private sealed record Seen(Family? Family, string? WhyNot, DateTimeOffset At);
}
