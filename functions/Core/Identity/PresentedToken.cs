namespace CursorBroker.Core.Identity;

/// <summary>A token as it arrived, before anyone believed it. Never printed.</summary>
public sealed class PresentedToken
{
    /// <summary>Longest token looked at, in characters. Entra tokens with 200 groups stay below 8 KiB.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly string _value;

    /// <summary>Wraps a token's text.</summary>
    public PresentedToken(string value) => _value = value;

    /// <summary>The token itself, for the one who validates it.</summary>
    public string Reveal() => _value;

    /// <summary>Says only that there is one.</summary>
    public override string ToString() => "[token]";
}
