namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Text that a caller may read: one line, no control characters, bounded. A type of its own so that a log's detail cannot slip into an answer.
/// </summary>
public readonly record struct CallerText
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 600;

    private readonly string? _value;

    /// <summary>Cleans and bounds the text.</summary>
    public CallerText(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var line = string.Create(Math.Min(value.Length, MaxLength), value, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) ? ' ' : text[i];
            }
        });
        _value = line;
    }

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>The text.</summary>
    public override string ToString() => Value;
}
