namespace CursorBroker.Core.Masking.Patterns;

/// <summary>A set of bytes.</summary>
internal sealed class ByteClass
{
    private readonly bool[] _members = new bool[256];

    /// <summary>Every byte.</summary>
    public static ByteClass All { get; } = MakeAll();

    public bool Contains(byte value) => _members[value];

    public bool IsEmpty => !_members.AsSpan().Contains(true);

    public void Add(byte value) => _members[value] = true;

    public void Add(byte first, byte last) => _members.AsSpan(first, last - first + 1).Fill(true);

    public void Add(ByteClass other)
    {
        for (var i = 0; i < 256; i++)
        {
            _members[i] |= other._members[i];
        }
    }

    public bool Overlaps(ByteClass other)
    {
        for (var i = 0; i < 256; i++)
        {
            if (_members[i] && other._members[i])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many bytes at the text's beginning are members.</summary>
    public int Run(ReadOnlySpan<byte> text)
    {
        var members = _members;
        var at = 0;
        while (at < text.Length && members[text[at]])
        {
            at++;
        }

        return at;
    }

    public void Invert()
    {
        for (var i = 0; i < 256; i++)
        {
            _members[i] = !_members[i];
        }
    }

    /// <summary>Adds the other case of each ASCII letter.</summary>
    public void AddOtherCase()
    {
        for (var i = 'A'; i <= 'Z'; i++)
        {
            _members[i] |= _members[i | 0x20];
            _members[i | 0x20] |= _members[i];
        }
    }

    private static ByteClass MakeAll()
    {
        var all = new ByteClass();
        all.Invert();
        return all;
    }
}
