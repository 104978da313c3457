namespace CursorBroker.Core.Policy;

/// <summary>
/// A compiled glob over <c>/</c>-separated text: <c>*</c> and <c>?</c> stay within a segment, <c>**</c> crosses segments,
/// everything else is itself. Matching takes time linear in pattern times text, whatever the pattern.
/// </summary>
public sealed class Glob
{
    private readonly string _pattern;
    private readonly StringComparison _comparison;

    // Whole literal segments at the beginning, which decide most texts by one comparison, and what is left of the pattern.
    private readonly string _start;
    private readonly string _rest;

    private Glob(string pattern, StringComparison comparison)
    {
        _pattern = pattern;
        _comparison = comparison;
        var wildcard = pattern.AsSpan().IndexOfAny('*', '?');
        var start = wildcard < 0 ? pattern.Length : pattern.AsSpan(0, wildcard).LastIndexOf('/') + 1;
        (_start, _rest) = (pattern[..start], pattern[start..]);
    }

    /// <summary>True when the pattern has no wildcard.</summary>
    public bool IsLiteral => _rest.Length == 0;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern; not empty.</param>
    /// <param name="ignoreCase">Whether case is ignored: the simple, culture-free folding of single characters.</param>
    public static Glob Compile(string pattern, bool ignoreCase = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return new(pattern, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    /// <summary>True when the whole text matches. <c>**/</c> also matches no segment at all, as in gitignore.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith(_start, _comparison))
        {
            return false;
        }

        var left = text[_start.Length..];
        return _rest switch
        {
            "" => left.IsEmpty,
            "**" => true,
            _ => RestMatches(left),
        };
    }

    /// <summary>
    /// True when all that the pattern matches lies below this path, as far as its literal segments tell: of <c>deploy/prod/**</c>, <c>deploy</c> and <c>deploy/prod</c>.
    /// </summary>
    public bool LiesBelow(ReadOnlySpan<char> path) =>
        path.Length < _start.Length && _start[path.Length] == '/' && _start.AsSpan().StartsWith(path, _comparison);

    /// <summary>The pattern as written.</summary>
    public override string ToString() => _pattern;

    private bool RestMatches(ReadOnlySpan<char> text)
    {
        // One row of the classic table: reachable[j] says the pattern so far can end after j characters of the text.
        Span<bool> reachable = text.Length < 512 ? stackalloc bool[text.Length + 1] : new bool[text.Length + 1];
        reachable.Clear();
        reachable[0] = true;
        for (var i = 0; i < _rest.Length;)
        {
            if (_rest[i] == '*')
            {
                var deep = i + 1 < _rest.Length && _rest[i + 1] == '*';
                var skipSlash = deep && i + 2 < _rest.Length && _rest[i + 2] == '/' && (i == 0 || _rest[i - 1] == '/');
                Star(reachable, text, deep, skipSlash);
                i += skipSlash ? 3 : deep ? 2 : 1;
            }
            else
            {
                Step(reachable, text, _rest[i]);
                i++;
            }
        }

        return reachable[^1];
    }

    private static void Star(Span<bool> reachable, ReadOnlySpan<char> text, bool deep, bool wholeSegments)
    {
        if (wholeSegments)
        {
            // "**/": from any reachable start, to that start and to just after every later slash.
            var open = false;
            for (var j = 0; j < reachable.Length; j++)
            {
                var here = reachable[j];
                reachable[j] = here || (open && text[j - 1] == '/');
                open |= here;
            }

            return;
        }

        for (var j = 1; j < reachable.Length; j++)
        {
            reachable[j] |= reachable[j - 1] && (deep || text[j - 1] != '/');
        }
    }

    private void Step(Span<bool> reachable, ReadOnlySpan<char> text, char expected)
    {
        for (var j = reachable.Length - 1; j > 0; j--)
        {
            reachable[j] = reachable[j - 1] && (expected == '?' ? text[j - 1] != '/' : Same(text[j - 1], expected));
        }

        reachable[0] = false;
    }

    private bool Same(char left, char right) =>
        left == right || (_comparison == StringComparison.OrdinalIgnoreCase && char.ToUpperInvariant(left) == char.ToUpperInvariant(right));
}
