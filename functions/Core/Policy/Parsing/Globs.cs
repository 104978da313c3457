using System.Buffers;
using System.Collections.Immutable;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>
/// Reads globs of every kind and refuses the ones that could never match what their writer had in mind: other dialects' braces,
/// brackets and negation, a slash too many. A deny entry that silently matches nothing is a hole.
/// </summary>
internal static class Globs
{
    private const int Longest = 500;
    private static readonly SearchValues<char> OtherDialects = SearchValues.Create("[]{}\\");
    private static readonly SearchValues<char> NeverInRefs = SearchValues.Create(" ~^:");
    private static readonly SearchValues<char> NeverInEmails = SearchValues.Create(" <>/");
    private static readonly SearchValues<char> InNames =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*?");

    public static ImmutableArray<Glob> Refs(YamlValue? value, string path, Problems problems, bool mayBeEmpty = false) =>
        Each(Values.Texts(value, path, problems, mayBeEmpty), text => Ref(text, problems));

    public static PathGlobs? Paths(YamlValue? value, string path, Problems problems) =>
        Each(Values.Texts(value, path, problems), text => PathOf(text, problems)) is { IsEmpty: false } globs ? new(globs) : null;

    /// <summary>E-mail addresses. A '/' is refused: within these globs '*' is anything at all, and nothing is a segment.</summary>
    public static EmailGlobs? Emails(YamlValue? value, string path, Problems problems) =>
        Each(Values.Texts(value, path, problems), text => Email(text, problems)) is { IsEmpty: false } globs ? new(globs) : null;

    public static ImmutableArray<Glob> SecretNames(ImmutableArray<PlacedText> texts, Problems problems) =>
        Each(texts, text => SecretName(text.Text, text.Node, text.Path, problems));

    /// <summary>Key Vault names: letters, digits, hyphens; compared without case, as the vault does.</summary>
    public static Glob? SecretName(string text, YamlScalar at, string path, Problems problems)
    {
        if (!text.AsSpan().ContainsAnyExcept(InNames) && text.Length <= Longest)
        {
            return Glob.Compile(text, ignoreCase: true);
        }

        problems.Error(at, path, $"'{Shown.Short(text)}' is not a name glob: letters, digits, '-', '*' and '?'.");
        return null;
    }

    public static Glob? Workload(PlacedText text, Problems problems) => Checked(text, problems) ? Glob.Compile(text.Text) : null;

    private static ImmutableArray<Glob> Each(ImmutableArray<PlacedText> texts, Func<PlacedText, Glob?> compile) =>
        [.. texts.Select(compile).OfType<Glob>()];

    private static Glob? Ref(PlacedText text, Problems problems)
    {
        if (!Checked(text, problems))
        {
            return null;
        }

        var pattern = text.Text;
        if (pattern.AsSpan().ContainsAny(NeverInRefs) || pattern.Contains("..", StringComparison.Ordinal) || pattern.Contains("@{", StringComparison.Ordinal)
            || pattern.Contains("//", StringComparison.Ordinal) || pattern[0] == '/' || pattern[^1] is '/' or '.')
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(pattern)}' can never be a ref name (git-check-ref-format).");
            return null;
        }

        if (pattern is "HEAD" || pattern.StartsWith("tags/", StringComparison.Ordinal) || pattern.StartsWith("heads/", StringComparison.Ordinal))
        {
            problems.Warn(text.Node, text.Path, $"This means the branch 'refs/heads/{Shown.Short(pattern)}'; for another ref write its full name, beginning with refs/.");
        }

        return Glob.Compile(pattern.StartsWith("refs/", StringComparison.Ordinal) ? pattern : "refs/heads/" + pattern);
    }

    private static Glob? Email(PlacedText text, Problems problems)
    {
        if (!Checked(text, problems))
        {
            return null;
        }

        if (text.Text.AsSpan().ContainsAny(NeverInEmails) || !text.Text.AsSpan().ContainsAny('@', '*', '?'))
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is not an e-mail glob, such as '*@example.com': an address with '*' and '?', without spaces, '<', '>' and '/'.");
            return null;
        }

        return Glob.Compile(text.Text, ignoreCase: true);
    }

    private static Glob? PathOf(PlacedText text, Problems problems)
    {
        if (!Checked(text, problems))
        {
            return null;
        }

        var pattern = text.Text;
        if (pattern[0] == '/' || pattern[^1] == '/' || pattern.Contains("//", StringComparison.Ordinal) || pattern.Split('/').Any(static part => part is "." or ".."))
        {
            problems.Error(text.Node, text.Path,
                $"'{Shown.Short(pattern)}' can never be a path: paths begin at the repository's top without '/', and a folder's files are 'folder/**'.");
            return null;
        }

        if (!pattern.Contains('/', StringComparison.Ordinal) && pattern.Contains('*', StringComparison.Ordinal) && !pattern.Contains("**", StringComparison.Ordinal))
        {
            problems.Warn(text.Node, text.Path, $"This matches in the repository's top folder only; for every folder write '**/{Shown.Short(pattern)}'.");
        }

        return Glob.Compile(pattern, ignoreCase: true);
    }

    private static bool Checked(PlacedText text, Problems problems)
    {
        var pattern = text.Text;
        if (pattern.Length > Longest)
        {
            problems.Error(text.Node, text.Path, $"The pattern is longer than {Longest} characters.");
            return false;
        }

        if (pattern.AsSpan().ContainsAny(OtherDialects) || pattern[0] == '!')
        {
            problems.Error(text.Node, text.Path,
                $"'{Shown.Short(pattern)}' uses what these globs do not have ([ ] {{ }} \\ or a leading '!'): there are only '*', '?' and '**'. Write alternatives out; '?' stands for a literal bracket.");
            return false;
        }

        if (pattern.Any(char.IsControl))
        {
            problems.Error(text.Node, text.Path, "The pattern holds a control character.");
            return false;
        }

        return true;
    }
}
