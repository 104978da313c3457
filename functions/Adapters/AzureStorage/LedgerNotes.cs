using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// Notes the chain's head beside the records, in State, so that a cut of the records alone shows. The note follows the records, and never goes
/// back; a ledger without one is either new or has lost it.
/// </summary>
internal sealed class LedgerNotes(IStateStore state, LedgerBlobs blobs)
{
    /// <summary>The State collection of the note; its id is the Ledger's container, so that a new ledger gets a note of its own.</summary>
    private const string Collection = "ledger-head";

    private readonly StateKey _key = new(Collection, blobs.Container);
    private (LedgerNote Note, StateVersion Version)? _known;

    /// <summary>The note; null when there is no ledger.</summary>
    /// <exception cref="InvalidDataException">There is a ledger, but its note is gone or cannot be read.</exception>
    public async ValueTask<LedgerNote?> FindAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is { } found)
        {
            return found.Note;
        }

        return await blobs.ListAsync(cancellationToken).AnyAsync(cancellationToken) ? throw Lost() : null;
    }

    /// <summary>The note; made for an empty ledger if there is no ledger. It comes first, so that a ledger without one is never a new one.</summary>
    /// <exception cref="InvalidDataException">There is a ledger, but its note is gone or cannot be read.</exception>
    public async ValueTask<LedgerNote> FindOrBeginAsync()
    {
        if (await FindAsync(CancellationToken.None) is { } found)
        {
            return found;
        }

        _ = await state.CreateAsync(_key, LedgerNote.Empty.ToBytes(), expires: null, CancellationToken.None);
        return await FindAsync(CancellationToken.None) ?? throw Lost();
    }

    /// <summary>Notes a head, unless that one or a later one is noted.</summary>
    /// <returns>Whether another instance has written the note since this one did.</returns>
    /// <exception cref="StateUnavailableException">It could not be noted.</exception>
    public async ValueTask<bool> AdvanceAsync(LedgerNote note)
    {
        var known = _known;
        for (var others = false; ; others = true)
        {
            known ??= await ReadAsync(CancellationToken.None) ?? throw Lost();
            if (known.Value.Note.Head.Sequence >= note.Head.Sequence)
            {
                _known = known;
                return others;
            }

            // Null: another instance has noted something. Each round means that one of them got on.
            if (await state.ReplaceAsync(_key, note.ToBytes(), known.Value.Version, expires: null, CancellationToken.None) is { } version)
            {
                _known = (note, version);
                return others;
            }

            known = null;
        }
    }

    /// <summary>
    /// Writes the note as it stands, so that whoever advances it next sees that another instance is there. For one that never gets its turn: the
    /// one that is always quicker would not know of it.
    /// </summary>
    /// <exception cref="StateUnavailableException">It could not be written.</exception>
    public async ValueTask KnockAsync()
    {
        if (await ReadAsync(CancellationToken.None) is { } known)
        {
            // Null: it has just been written by somebody, who may have heard the knock before this one. There will be another.
            _ = await state.ReplaceAsync(_key, known.Note.ToBytes(), known.Version, expires: null, CancellationToken.None);
        }
    }

    private async ValueTask<(LedgerNote Note, StateVersion Version)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await state.ReadAsync(_key, cancellationToken) is not { } record)
        {
            return null;
        }

        return LedgerNote.TryParse(record.Value.Span, out var note)
            ? (note, record.Version)
            : throw new InvalidDataException("The note of the ledger's head cannot be read. Verify the ledger, keep it, and start a new one in another container.");
    }

    private static InvalidDataException Lost() =>
        new("The ledger has lost the note of its head in State. Verify the ledger, keep it, and start a new one in another container.");
}
