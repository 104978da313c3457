using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Writes;

/// <summary>
/// Looks through what is written, by one set of rules. Other rules are another scanner, with a memory of its own, so that no verdict outlives its rules. Safe for any number of threads.
/// </summary>
/// <param name="scanner">The rules in force, and what knows the broker's masks.</param>
public sealed class WriteScanner(SecretScanner scanner)
{
    /// <summary>Most findings in one content. Beyond it the content is refused: nobody could say which of them are new.</summary>
    public const int MostFindings = 10_000;

    /// <summary>What is known of git's blobs, commits and tags by their ids.</summary>
    public VerdictMemory Verdicts { get; } = new();

    /// <summary>What a whole content holds.</summary>
    public ContentVerdict Scan(ReadOnlySpan<byte> content)
    {
        using var scan = Begin();
        scan.Push(content, end: true);
        return scan.Verdict;
    }

    /// <summary>Begins with content that arrives in pieces; disposed by whoever began.</summary>
    public WriteScan Begin() => new(scanner.Begin());
}
