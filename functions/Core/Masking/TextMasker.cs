using System.Buffers;
using System.Text;
using CursorBroker.Core.Masking.Streams;

namespace CursorBroker.Core.Masking;

/// <summary>The engine over whole texts: line ends stay where they are.</summary>
/// <param name="rules">The rules.</param>
/// <param name="key">The key of the masks.</param>
/// <param name="known">Values that are secrets whatever they look like; none when null.</param>
public sealed class TextMasker(MaskRules rules, MaskKey key, KnownSecrets? known = null) : ITextMasker
{
    /// <inheritdoc/>
    public bool CanVouch => true;

    /// <inheritdoc/>
    public string? Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var masker = new StreamMasker(rules, key, known);
        var output = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        masker.Push(Encoding.UTF8.GetBytes(text), end: true, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
