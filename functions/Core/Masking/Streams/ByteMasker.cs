using System.Buffers;
using CursorBroker.Core.Masking.Layers;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>Masks one stream of bytes in which ASCII characters are bytes: what <see cref="StreamMasker"/> promises.</summary>
internal sealed partial class ByteMasker : IDisposable
{
    /// <summary>Most bytes taken in at once.</summary>
    private const int Piece = 16 * 1024;

    /// <summary>Most bytes that wait for what follows: a bounded match, spelled several times as long as it is.</summary>
    private const int MostHeld = 14 * 1024;

    /// <summary>Most bytes that are kept of what has left.</summary>
    private const int MostBehind = Workspace.Capacity - MostHeld - 2048;

    private readonly MaskRules _rules;
    private readonly MaskKey _key;
    private readonly KnownSecrets? _known;
    private readonly MaskRoot? _marks;
    private readonly TextForm _form;
    private readonly Workspace _space;
    private readonly MaskedBuffer _buffer;
    private readonly ReadableText _readable;
    private readonly Base64Runs _base64;
    private readonly RuleFinder _rulesInText;
    private readonly RuleFinder _rulesInBase64;
    private readonly FieldFinder? _fields;
    private readonly PooledList<ByteRun> _runs;
    private readonly PooledList<RuleHit> _hits;
    private readonly PooledList<Outcome> _outcomes;
    private readonly PooledList<long> _origins;
    private readonly List<Swallow> _swallows = [];
    private readonly FindingList _findings = new();
    private readonly Position _position = new();
    private CarriedRun? _carried;
    private long _nextOrigin;
    private int _settled;
    private bool _ended;
    private bool _broken;
    private bool _disposed;

    public ByteMasker(MaskRules rules, MaskKey key, KnownSecrets? known, TextForm form, MaskRoot? marks)
    {
        _rules = rules;
        _key = key;
        _known = known;
        _form = form;
        _marks = marks;
        _fields = form == TextForm.Json && rules.Fields is not null ? new(rules.Fields) : null;
        _space = rules.Workspaces.Rent();
        (_buffer, _readable, _base64) = (_space.Buffer, _space.Readable, _space.Base64);
        (_rulesInText, _rulesInBase64) = (_space.RulesInText, _space.RulesInBase64);
        (_runs, _hits, _outcomes, _origins) = (_space.Runs, _space.Hits, _space.Outcomes, _space.Origins);
    }

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<MaskFinding> Findings => _findings;

    /// <summary>The rule that blocks; null when none does.</summary>
    public string? BlockedBy { get; private set; }

    /// <summary>Takes a chunk and writes what is settled.</summary>
    public void Push(ReadOnlySpan<byte> chunk, bool end, IBufferWriter<byte> output)
    {
        if (_ended || _broken || BlockedBy is not null)
        {
            throw new InvalidOperationException("The stream has ended, was blocked, or failed.");
        }

        _broken = true;
        _findings.Begin();
        do
        {
            var piece = chunk[..Math.Min(chunk.Length, Math.Min(Piece, _buffer.Capacity - _buffer.Count))];
            if (piece.IsEmpty && !chunk.IsEmpty)
            {
                throw new InvalidOperationException("More waits for what follows than there is room for.");
            }

            chunk = chunk[piece.Length..];
            _buffer.Append(piece);
            Settle(end && chunk.IsEmpty, output);
        }
        while (!chunk.IsEmpty && BlockedBy is null);
        _ended = end;
        _broken = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _broken = true;
        _fields?.Dispose();
        _rules.Workspaces.Return(_space);
    }

    private void Settle(bool end, IBufferWriter<byte> output)
    {
        var original = _buffer.Original;
        var text = _readable.Of(original, end);
        _outcomes.Clear();
        _runs.Clear();
        RunScanner.Scan(text, _runs);
        FindRuns(text, end);
        ContinueSwallows(text);
        var limit = Math.Min(end ? original.Length : _readable.Read, FindInText(text, end));
        limit = Math.Min(limit, FindInBase64(end));
        limit = Math.Min(limit, FindKnown(text, end));
        limit = Math.Min(limit, _marks is null ? limit : FindMarks(text, end));
        if (!end && original.Length - limit > MostHeld)
        {
            // Nothing bounded is so long, however it is spelled: it is decided by what is there, and masked rather than let through.
            limit = Math.Max(limit, Force(text));
        }

        // A match that is open since long may seem to begin its value in what has left; then its value begins later.
        limit = Math.Max(limit, _settled);
        limit = Math.Min(limit, _fields is null ? limit : _fields.Find(text, original, _readable, _buffer.Origin, limit, end, _outcomes));
        _outcomes.Items.Sort(Order);
        foreach (var outcome in _outcomes.Items)
        {
            if (outcome.At >= _settled && outcome.At < limit)
            {
                Apply(outcome, text);
                if (BlockedBy is not null)
                {
                    return;
                }
            }
        }

        _position.Advance(original[_settled..limit]);
        output.Write(_buffer.Masked[_settled..limit]);
        _settled = limit;
        Drop();
    }
}
