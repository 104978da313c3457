using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>The lines at the head of a commit or a tag, taken one by one.</summary>
/// <param name="content">The object's content.</param>
internal ref struct ObjectHeader(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    /// <summary>What is not taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes the next line if it begins with this key and a space, and holds no NUL.</summary>
    public bool TryTake(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        var end = _rest.IndexOf((byte)'\n');
        if (end <= key.Length || !_rest.StartsWith(key) || _rest[key.Length] != ' ')
        {
            return false;
        }

        value = _rest[(key.Length + 1)..end];
        if (value.Contains((byte)0))
        {
            return false;
        }

        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes the next line if it holds this key and an object id.</summary>
    public bool TryTakeOid(ReadOnlySpan<byte> key, ObjectFormat format, out GitOid id)
    {
        // A line that is not one must stay, so that it is not passed over as if it were not there.
        id = ObjectFormats.Zero(format);
        var line = _rest;
        if (!TryTake(key, out var value) || !GitText.TryParseOid(value, format, out var parsed) || parsed.IsZero)
        {
            _rest = line;
            return false;
        }

        id = parsed;
        return true;
    }

    /// <summary>
    /// Takes whatever line comes next, with an empty key where it continues the one before; false at the empty line that ends the head, at the
    /// end, and where there is no header.
    /// </summary>
    public bool TryTakeAny(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var end = _rest.IndexOf((byte)'\n');
        var space = _rest.IndexOf((byte)' ');
        key = value = default;
        if (end <= 0 || space < 0 || space > end || _rest[..end].Contains((byte)0))
        {
            return false;
        }

        key = _rest[..space];
        value = _rest[(space + 1)..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes the empty line before the message; also true when there is no message at all.</summary>
    public bool TryTakeEnd()
    {
        if (_rest.IsEmpty)
        {
            return true;
        }

        if (_rest[0] != '\n')
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }
}
