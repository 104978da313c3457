using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.SignIn;

/// <summary>Who has which hook key. A person has one at most: the newest that was made, for 90 days.</summary>
internal sealed class HookKeys(IStateStore state, ILedger ledger, TimeProvider time)
{
    private const string Keys = "hook-key";
    private const string Newest = "hook-key-of";

    // Every lost race is another key made by the same person; this many in a row mean that something is broken.
    private const int MaxRaces = 8;

    /// <summary>How long a key is good for.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(90);

    /// <summary>Makes a person's key; the one before it, if there is one, ends.</summary>
    /// <exception cref="StateUnavailableException">It cannot be kept; then there is none.</exception>
    /// <exception cref="LedgerUnavailableException">It cannot be recorded; then there is none.</exception>
    public async ValueTask<HookKey> MakeAsync(PersonId person, CancellationToken cancellationToken)
    {
        var (key, expires) = (HookKey.New(), time.GetUtcNow() + Lifetime);
        await ledger.AppendAsync([new HookKeyMade(person.ToString(), key.Sha256, expires) { At = time.GetUtcNow() }], cancellationToken);
        _ = await state.CreateAsync(new StateKey(Keys, key.Sha256), HookKeyOwner.Write(person), expires, cancellationToken)
            ?? throw new InvalidOperationException("Two random keys are the same.");
        for (var race = 0; race < MaxRaces; race++)
        {
            var before = await state.ReadAsync(NewestOf(person), cancellationToken);
            var value = Encoding.ASCII.GetBytes(key.Sha256);
            if ((before is null
                ? await state.CreateAsync(NewestOf(person), value, expires, cancellationToken)
                : await state.ReplaceAsync(NewestOf(person), value, before.Version, expires, cancellationToken)) is not null)
            {
                return key;
            }
        }

        throw new StateUnavailableException("a person's newest hook key keeps changing");
    }

    /// <summary>Ends a person's key, if they have one.</summary>
    /// <exception cref="StateUnavailableException">It may still be good.</exception>
    public async ValueTask EndAsync(PersonId person, CancellationToken cancellationToken)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            if (await state.ReadAsync(NewestOf(person), cancellationToken) is not { } newest || await state.DeleteAsync(NewestOf(person), newest.Version, cancellationToken))
            {
                return;
            }
        }

        throw new StateUnavailableException("a person's newest hook key keeps changing");
    }

    /// <summary>Whose key it is; null when it is nobody's, or not the newest.</summary>
    /// <exception cref="StateUnavailableException">Nobody knows.</exception>
    public async ValueTask<PersonId?> FindAsync(HookKey key, CancellationToken cancellationToken)
    {
        if (await state.ReadAsync(new StateKey(Keys, key.Sha256), cancellationToken) is not { } record || HookKeyOwner.Read(record.Value.Span) is not { } person)
        {
            return null;
        }

        var newest = await state.ReadAsync(NewestOf(person), cancellationToken);
        return newest is not null && newest.Value.Span.SequenceEqual(Encoding.ASCII.GetBytes(key.Sha256)) ? person : null;
    }

    private static StateKey NewestOf(PersonId person) => new(Newest, person.Digest);
}

/// <summary>Whose a key is, as State keeps it.</summary>
[JsonSerializable(typeof(PersonId))]
internal sealed partial class HookKeyOwner : JsonSerializerContext
{
    public static byte[] Write(PersonId person) => JsonSerializer.SerializeToUtf8Bytes(person, Default.PersonId);

    /// <summary>Null when the bytes name nobody.</summary>
    public static PersonId? Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, Default.PersonId) is { Issuer.Length: > 0, Subject.Length: > 0 } person ? new(person.Issuer, person.Subject) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
