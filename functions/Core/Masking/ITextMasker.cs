namespace CursorBroker.Core.Masking;

/// <summary>Takes secrets out of text that people are shown.</summary>
public interface ITextMasker
{
    /// <summary>The text without secrets; null when nobody can vouch for it, and then it must not be shown.</summary>
    string? Mask(string text);
}

/// <summary>Vouches for nothing: stands in until there is a masking engine, so that content stays hidden instead of unmasked.</summary>
public sealed class WithholdingMasker : ITextMasker
{
    /// <inheritdoc/>
    public string? Mask(string text) => null;
}
