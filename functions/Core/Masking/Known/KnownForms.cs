namespace CursorBroker.Core.Masking.Known;

/// <summary>
/// All forms of all known values, and how they are found: by four bytes at each of <see cref="GramTable.Stride"/> neighbouring places of a form, so that of a text every eighth place
/// alone has to be looked at, however many forms there are. Their ends are looked for everywhere, since what tokens have in common is their beginning; beginnings only where a text ends, as
/// it may within one. Added to by one thread at a time; read by any number meanwhile.
/// </summary>
internal sealed class KnownForms
{
    /// <summary>Shortest form that is found, in bytes.</summary>
    public const int Shortest = GramTable.Stride + GramTable.Gram - 1;

    private readonly GramTable _ends = new();
    private readonly GramTable _beginnings = new();
    private readonly ShortBeginnings _short = new();
    private volatile byte[]?[] _forms = new byte[]?[64];
    private volatile int _count;
    private int _gone;
    private volatile int _longest;

    /// <summary>Whether nothing is looked for.</summary>
    public bool IsEmpty => _count == _gone;

    /// <summary>Whether it is time to begin anew without those that are gone.</summary>
    public bool IsMostlyGone => _gone > 64 && _gone > _count / 2;

    /// <summary>A form; null when it is gone.</summary>
    public byte[]? this[int form] => Volatile.Read(ref _forms[form]);

    /// <summary>Adds a form.</summary>
    /// <returns>What it is called here.</returns>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public int Add(byte[] form)
    {
        if (form.Length < Shortest)
        {
            throw new ArgumentException($"A form has at least {Shortest} bytes.", nameof(form));
        }

        var number = _count;
        if (number == _forms.Length)
        {
            var forms = _forms;
            Array.Resize(ref forms, number * 2);
            _forms = forms;
        }

        Volatile.Write(ref _forms[number], form);
        _longest = Math.Max(_longest, form.Length);
        var last = form.Length - Shortest;
        for (var at = 0; at < GramTable.Stride; at++)
        {
            _ends.Add(GramTable.GramAt(form, last + at), number, last + at);
            _beginnings.Add(GramTable.GramAt(form, at), number, at);
        }

        _short.Add(form);
        _count = number + 1;
        return number;
    }

    /// <summary>Looks for a form no more.</summary>
    public void Remove(int form)
    {
        Volatile.Write(ref _forms[form], null);
        _gone++;
    }

    /// <summary>Calls for every form in the text that begins at <paramref name="from"/> or behind it.</summary>
    public void Find(ReadOnlySpan<byte> text, int from, Action<int, int> found)
    {
        var heads = _ends.Heads;
        for (var at = heads.FirstPlace(text, from, text.Length); at >= 0; at = heads.FirstPlace(text, at + GramTable.Stride, text.Length))
        {
            var gram = GramTable.GramAt(text, at);
            for (var entry = heads.First(gram); entry >= 0; entry = heads.Next(entry))
            {
                if (heads.IsOf(entry, gram, out var form, out var offset) && at - offset is var start && start >= from && this[form] is { } value && text[start..].StartsWith(value))
                {
                    found(start, start + value.Length);
                }
            }
        }
    }

    /// <summary>Where, at <paramref name="from"/> or behind it, a form may begin that the text ends within; the text's length when nowhere.</summary>
    public int OpenFrom(ReadOnlySpan<byte> text, int from)
    {
        var first = text.Length;
        var heads = _beginnings.Heads;

        // What is too short to hold all grams of a beginning is told by what forms begin with.
        var tail = Math.Max(from, text.Length - Shortest + 1);
        var end = tail + GramTable.Stride;
        for (var at = heads.FirstPlace(text, Math.Max(from, text.Length - _longest + 1), end); at >= 0; at = heads.FirstPlace(text, at + GramTable.Stride, end))
        {
            var gram = GramTable.GramAt(text, at);
            for (var entry = heads.First(gram); entry >= 0; entry = heads.Next(entry))
            {
                if (heads.IsOf(entry, gram, out var form, out var offset) && at - offset is var start && start >= from && start < first
                    && this[form] is { } value && value.Length > text.Length - start && value.AsSpan().StartsWith(text[start..]))
                {
                    first = start;
                }
            }
        }

        for (var at = tail; at < first; at++)
        {
            if (_short.MayBegin(text[at..]) && (text.Length - at < ShortBeginnings.Exact || BeginsSome(text[at..])))
            {
                return at;
            }
        }

        return first;
    }

    private bool BeginsSome(ReadOnlySpan<byte> text)
    {
        var (forms, count) = (_forms, _count);
        for (var form = 0; form < count; form++)
        {
            if (Volatile.Read(ref forms[form]) is { } value && value.AsSpan().StartsWith(text))
            {
                return true;
            }
        }

        return false;
    }
}
