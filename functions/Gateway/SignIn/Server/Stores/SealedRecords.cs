using System.Text.Json;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>Records of one kind in State, sealed as a whole: they say who is in which groups and hold refresh tokens of the identity provider.</summary>
/// <param name="state">Where they are.</param>
/// <param name="sealer">Seals them.</param>
/// <param name="collection">The collection's name, which is a part of the seal's purpose: a record of one kind is none of another.</param>
internal sealed class SealedRecords<T>(IStateStore state, ISecretSealer sealer, string collection)
    where T : class
{
    private string Purpose => $"CursorBroker.OAuth.{collection}.v1";

    /// <summary>The record; null when there is none, or none that was sealed here.</summary>
    public async ValueTask<Kept<T>?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (await state.ReadAsync(new StateKey(collection, id), cancellationToken) is not { } record)
        {
            return null;
        }

        // Under the id as well: a record that was put in another one's place does not open.
        return sealer.Unseal($"{Purpose}:{id}", record.Value.Span) is { } bytes && JsonSerializer.Deserialize<T>(bytes) is { } value
            ? new Kept<T>(id, value, record.Version, record.Expires)
            : null;
    }

    /// <summary>Creates it; false when there is one of that id.</summary>
    public async ValueTask<bool> CreateAsync(string id, T value, DateTimeOffset? expires, CancellationToken cancellationToken) =>
        await state.CreateAsync(new StateKey(collection, id), Seal(id, value), expires, cancellationToken) is not null;

    /// <summary>Replaces it; false when somebody else has changed it since it was read.</summary>
    public async ValueTask<bool> ReplaceAsync(Kept<T> was, T value, DateTimeOffset? expires, CancellationToken cancellationToken) =>
        await state.ReplaceAsync(new StateKey(collection, was.Id), Seal(was.Id, value), was.Version, expires, cancellationToken) is not null;

    /// <summary>Takes it away; false when somebody else has, or has changed it: of all who try, one gets true.</summary>
    public ValueTask<bool> TakeAsync(Kept<T> was, CancellationToken cancellationToken) =>
        state.DeleteAsync(new StateKey(collection, was.Id), was.Version, cancellationToken);

    private byte[] Seal(string id, T value) => sealer.Seal($"{Purpose}:{id}", JsonSerializer.SerializeToUtf8Bytes(value));
}

/// <summary>A record as read.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Version">What to hand back to change it.</param>
/// <param name="Expires">Until when State keeps it.</param>
internal sealed record Kept<T>(string Id, T Value, StateVersion Version, DateTimeOffset? Expires);
