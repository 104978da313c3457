namespace CursorBroker.Core.Audit;

/// <summary>Takes records one by one, from the first on, and stops at the first that is wrong.</summary>
internal sealed class LedgerVerifier(LedgerHead? anchor)
{
    private LedgerHead _head = LedgerHead.Empty;
    private LedgerProblem? _problem;

    /// <summary>The number that the next record must have.</summary>
    public long Expected => _head.Sequence + 1;

    /// <summary>Takes the next record; false when it is wrong, and nothing after it counts.</summary>
    public bool Accept(LedgerRecord record)
    {
        _problem ??= Check(record);
        if (_problem is not null)
        {
            return false;
        }

        _head = new LedgerHead(record.Sequence, record.Hash);
        return true;
    }

    /// <summary>Notes that what should have been the next record could not be read.</summary>
    public void Reject(string detail) => _problem ??= new LedgerProblem(Expected, LedgerFault.Malformed, detail);

    /// <summary>The result, once all records were given.</summary>
    public LedgerVerification Finish()
    {
        if (_problem is null && anchor is not null)
        {
            if (anchor.Sequence > _head.Sequence)
            {
                _problem = new LedgerProblem(
                    Expected, LedgerFault.Truncated, $"The chain ends at {_head.Sequence}, but the anchor is record {anchor.Sequence}.");
            }
            else if (anchor.Sequence == 0 && anchor != LedgerHead.Empty)
            {
                _problem = new LedgerProblem(0, LedgerFault.AnchorMismatch, "The anchor before the first record must be all zeros.");
            }
        }

        return new LedgerVerification(_head, _problem);
    }

    private LedgerProblem? Check(LedgerRecord record)
    {
        if (record.Sequence != Expected)
        {
            return record.Sequence > Expected
                ? new LedgerProblem(Expected, LedgerFault.Gap, $"Record {record.Sequence} follows {_head.Sequence}.")
                : new LedgerProblem(record.Sequence, LedgerFault.OutOfOrder, $"Record {record.Sequence} stands where {Expected} belongs.");
        }

        if (!string.Equals(record.PreviousHash, _head.Hash, StringComparison.Ordinal))
        {
            return new LedgerProblem(record.Sequence, LedgerFault.BrokenLink, $"It names {record.PreviousHash} as the hash before it, which is {_head.Hash}.");
        }

        var hash = LedgerChain.Hash(record.Sequence, record.PreviousHash, record.Payload.Span);
        if (!string.Equals(record.Hash, hash, StringComparison.Ordinal))
        {
            return new LedgerProblem(record.Sequence, LedgerFault.Altered, $"Its content hashes to {hash}, but {record.Hash} is recorded.");
        }

        return record.Sequence == anchor?.Sequence && !string.Equals(record.Hash, anchor.Hash, StringComparison.Ordinal)
            ? new LedgerProblem(record.Sequence, LedgerFault.AnchorMismatch, $"Its hash is {record.Hash}, but the anchor says {anchor.Hash}.")
            : null;
    }
}
