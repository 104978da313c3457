using System.Buffers;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>
/// Masks one stream of bytes: UTF-8, anything else in which ASCII characters are bytes, or UTF-16 (RFC 2781), of which a zero stays a zero. What comes out
/// has the length of what went in, and is the same however the text was cut into chunks: a byte leaves when no value that begins at or before it is still
/// open. Not for use by two threads at once. An exception means that nothing more may be sent.
/// </summary>
public sealed class StreamMasker : IDisposable
{
    private readonly ByteMasker _masker;

    /// <summary>Begins a stream.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="key">The session's key.</param>
    /// <param name="known">Values that are secrets whatever they look like; none when null.</param>
    /// <param name="form">What the text is.</param>
    /// <param name="marks">Whose masks count as findings too; none when null. Then no rule blocks.</param>
    public StreamMasker(MaskRules rules, MaskKey key, KnownSecrets? known = null, TextForm form = TextForm.Text, MaskRoot? marks = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(key);
        _masker = new(rules, key, known, form, marks);
    }

    /// <summary>What was found so far, in the order in which it was settled. All of it counts; of more than 10,000, each beyond is there until the next chunk only.</summary>
    public IReadOnlyList<MaskFinding> Findings => _masker.Findings;

    /// <summary>The rule with the action block that matched; null when none did. Nothing of the match was or will be written; the caller ends the answer.</summary>
    public string? BlockedBy => _masker.BlockedBy;

    /// <summary>Takes a chunk and writes what is settled; with <paramref name="end"/> everything is.</summary>
    /// <exception cref="InvalidOperationException">The stream has ended, was blocked, or failed before.</exception>
    public void Push(ReadOnlySpan<byte> chunk, bool end, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _masker.Push(chunk, end, output);
    }

    /// <inheritdoc/>
    public void Dispose() => _masker.Dispose();
}
