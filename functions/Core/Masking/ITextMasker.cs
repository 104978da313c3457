namespace CursorBroker.Core.Masking;

/// <summary>Takes secrets out of text that people are shown.</summary>
public interface ITextMasker
{
    /// <summary>Whether it vouches for any text at all. When not, texts that would have to be fetched first need not be.</summary>
    bool CanVouch { get; }

    /// <summary>
    /// The text without secrets; null when nobody can vouch for it, and then it must not be shown. Line ends stay where they are: line n of the
    /// answer is line n of the text, also where a secret spans lines.
    /// </summary>
    string? Mask(string text);
}

/// <summary>Vouches for nothing: stands in until there is a masking engine, so that content stays hidden instead of unmasked.</summary>
public sealed class WithholdingMasker : ITextMasker
{
    /// <inheritdoc/>
    public bool CanVouch => false;

    /// <inheritdoc/>
    public string? Mask(string text) => null;
}
