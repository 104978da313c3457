using System.Collections.Immutable;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Writes;

/// <summary>One content on its way through a <see cref="WriteScanner"/>. Holds no more of it than the rules reach.</summary>
public sealed class WriteScan : IDisposable
{
    private const int Piece = 64 * 1024;

    private readonly SecretScan _scan;
    private readonly PlaceholderScan _placeholders = new();
    private bool _ended;

    internal WriteScan(SecretScan scan) => _scan = scan;

    /// <summary>What it holds; once its end was pushed, or there are too many.</summary>
    public ContentVerdict Verdict => _ended
        ? _scan.Findings.Count == 0 && _placeholders.Found.Count == 0 ? ContentVerdict.Clean : new(Sorted(), TooMany)
        : throw new InvalidOperationException("The content has not ended.");

    private bool TooMany => _scan.Findings.Count + _placeholders.Found.Count > WriteScanner.MostFindings;

    /// <summary>Takes a piece of any size. Nothing more is looked at once there are too many findings.</summary>
    public void Push(ReadOnlySpan<byte> content, bool end)
    {
        do
        {
            if (_ended)
            {
                return;
            }

            var piece = content[..Math.Min(content.Length, Piece)];
            content = content[piece.Length..];
            _scan.Push(piece, end && content.IsEmpty);
            _placeholders.Push(piece);
            _ended = TooMany;
        }
        while (!content.IsEmpty);
        _ended |= end;
    }

    /// <inheritdoc/>
    public void Dispose() => _scan.Dispose();

    // Of rules that found the same, those that know a form are more telling than those that go by the name before it, and come later in the product's order.
    private ImmutableArray<FoundSecret> Sorted() =>
    [
        .. _scan.Findings.Reverse().Select(static finding => new FoundSecret(finding.RuleId, finding.Digest, finding.Line, finding.Offset, finding.Length))
            .Concat(_placeholders.Found).OrderBy(static found => found.Offset).ThenByDescending(static found => found.Length),
    ];
}
