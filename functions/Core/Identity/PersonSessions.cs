using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Identity;

/// <summary>
/// The sessions of one person with whichever client, newest first: an index beside the ledger, which is the truth, so that "my recent sessions" need not read all of it. Made by
/// <see cref="SessionTracker"/>; kept for <see cref="Kept"/>, at most <see cref="Most"/> a person.
/// </summary>
public sealed class PersonSessions(IStateStore state, TimeProvider time)
{
    /// <summary>Most sessions that are kept of one person; the oldest go.</summary>
    public const int Most = 20;

    private const string Collection = "sessions-of";
    private const int LongestClient = 200;

    // As many lost races in a row mean that something is broken.
    private const int MaxRaces = 32;

    /// <summary>How long sessions are kept after the person's last one began.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromDays(7);

    /// <summary>A person's sessions, newest first. A session that nothing was recorded of may be among them.</summary>
    /// <exception cref="StateUnavailableException">They cannot be read.</exception>
    public async ValueTask<ImmutableArray<PersonSession>> ListAsync(PersonId person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(person);
        var entries = PersonSessionsJson.Read(await state.ReadAsync(KeyOf(person), cancellationToken));
        var live = await LiveAsync(entries, cancellationToken);
        return [.. entries.Select(entry => new PersonSession(new SessionId(entry.Id), entry.Client, entry.Began, live.Contains(entry.Id), entry.Conversation))];
    }

    /// <summary>
    /// Puts a label on the person's sessions that are live: which conversation their client says it is in. It says nothing of who somebody is. Returns those whose label it changed.
    /// </summary>
    /// <param name="person">Whose.</param>
    /// <param name="conversation">The client's own id; the caller bounds it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StateUnavailableException">It could not be done.</exception>
    public async ValueTask<ImmutableArray<SessionId>> LabelAsync(PersonId person, string conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentException.ThrowIfNullOrEmpty(conversation);
        ImmutableArray<SessionId> changed = [];
        await ChangeAsync(
            person,
            async entries =>
            {
                var live = await LiveAsync(entries, cancellationToken);
                changed = [.. entries.Where(entry => live.Contains(entry.Id) && entry.Conversation != conversation).Select(static entry => new SessionId(entry.Id))];
                return changed.IsEmpty ? null : [.. entries.Select(entry => live.Contains(entry.Id) ? entry with { Conversation = conversation } : entry)];
            },
            cancellationToken);
        return changed;
    }

    /// <summary>Takes a session in that is about to begin.</summary>
    /// <param name="caller">Whose, with which client.</param>
    /// <param name="record">Where the tracker keeps it: <see cref="SessionTracker.RecordId"/>.</param>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal ValueTask BeginAsync(Caller caller, string record, SessionId session, CancellationToken cancellationToken)
    {
        var client = caller.Client.Length <= LongestClient ? caller.Client : caller.Client[..LongestClient];
        var entry = new PersonSessionJson(session.Value, record, client, time.GetUtcNow(), null);
        return ChangeAsync(
            caller.Person, entries => ValueTask.FromResult<ImmutableArray<PersonSessionJson>?>([entry, .. entries.Take(Most - 1)]), cancellationToken);
    }

    /// <summary>Takes a session out again that did not begin.</summary>
    internal ValueTask ForgetAsync(Caller caller, SessionId session, CancellationToken cancellationToken) => ChangeAsync(
        caller.Person, entries => ValueTask.FromResult<ImmutableArray<PersonSessionJson>?>([.. entries.Where(entry => entry.Id != session.Value)]), cancellationToken);

    private async ValueTask ChangeAsync(
        PersonId person, Func<ImmutableArray<PersonSessionJson>, ValueTask<ImmutableArray<PersonSessionJson>?>> change, CancellationToken cancellationToken)
    {
        var key = KeyOf(person);
        for (var race = 0; race < MaxRaces; race++)
        {
            var record = await state.ReadAsync(key, cancellationToken);
            if (await change(PersonSessionsJson.Read(record)) is not { } changed)
            {
                return;
            }

            var (value, expires) = (PersonSessionsJson.Write(changed), time.GetUtcNow() + Kept);
            if ((record is null
                ? await state.CreateAsync(key, value, expires, cancellationToken)
                : await state.ReplaceAsync(key, value, record.Version, expires, cancellationToken)) is not null)
            {
                return;
            }
        }

        throw new StateUnavailableException("the list of a person's sessions keeps changing");
    }

    /// <summary>Those that the tracker would still go on with.</summary>
    private async ValueTask<HashSet<string>> LiveAsync(ImmutableArray<PersonSessionJson> entries, CancellationToken cancellationToken)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in entries.Select(static entry => entry.Record).Distinct(StringComparer.Ordinal))
        {
            if (await state.ReadAsync(SessionTracker.KeyOf(record), cancellationToken) is { } found
                && SessionRecord.Read(found.Value.Span) is { } session
                && time.GetUtcNow() - session.LastSeen < SessionTracker.IdleLimit)
            {
                live.Add(session.Session.Value);
            }
        }

        return live;
    }

    private static StateKey KeyOf(PersonId person) => new(Collection, person.Digest);
}

/// <summary>One session of a person.</summary>
/// <param name="Session">Which.</param>
/// <param name="Client">The client its tokens were issued to, at most 200 characters; empty when the issuer does not say.</param>
/// <param name="Began">When it began.</param>
/// <param name="IsLive">Whether it goes on, as exactly as <see cref="SessionTracker.TouchInterval"/> lets State know.</param>
/// <param name="Conversation">The last label that its client sent; null when there was none.</param>
public sealed record PersonSession(SessionId Session, string Client, DateTimeOffset Began, bool IsLive, string? Conversation);

internal sealed record PersonSessionJson(string Id, string Record, string Client, DateTimeOffset Began, string? Conversation);

/// <summary>The index as State keeps it. An unreadable one counts as empty: it is an index and no record.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonSessionJson[]))]
internal sealed partial class PersonSessionsJson : JsonSerializerContext
{
    public static byte[] Write(ImmutableArray<PersonSessionJson> entries) => JsonSerializer.SerializeToUtf8Bytes([.. entries], Default.PersonSessionJsonArray);

    public static ImmutableArray<PersonSessionJson> Read(StateRecord? record)
    {
        try
        {
            var entries = record is null ? null : JsonSerializer.Deserialize(record.Value.Span, Default.PersonSessionJsonArray);
            return [.. (entries ?? []).Where(static entry => entry is { Id.Length: > 0, Record.Length: > 0, Client: not null })];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
