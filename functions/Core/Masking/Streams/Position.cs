namespace CursorBroker.Core.Masking.Streams;

/// <summary>Lines and columns, counted as a text goes by.</summary>
internal sealed class Position
{
    private int _line = 1;
    private long _column = 1;

    /// <summary>The line and the column, both from 1, behind what went by and <paramref name="ahead"/>.</summary>
    public (int Line, int Column) At(ReadOnlySpan<byte> ahead)
    {
        var last = ahead.LastIndexOf((byte)'\n');
        return (_line + ahead.Count((byte)'\n'), (int)Math.Min(int.MaxValue, last < 0 ? _column + ahead.Length : ahead.Length - last));
    }

    /// <summary>Goes behind what follows.</summary>
    public void Advance(ReadOnlySpan<byte> text)
    {
        var last = text.LastIndexOf((byte)'\n');
        _line += text.Count((byte)'\n');
        _column = last < 0 ? _column + text.Length : text.Length - last;
    }
}
