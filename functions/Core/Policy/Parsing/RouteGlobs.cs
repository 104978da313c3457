using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>
/// Reads globs over routes: <c>PUT /repos/{owner}/{repo}/pulls/*/merge</c>, <c>mutation *</c>. What is compared is GitHub's template, so that a glob that names a repository
/// or a number can never match, and is refused: a deny entry that silently matches nothing is a hole.
/// </summary>
internal static class RouteGlobs
{
    private const int Longest = 500;
    private static readonly ImmutableArray<string> Verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly ImmutableArray<string> Graph = ["query", "mutation"];

    public static ImmutableArray<Glob> Read(YamlValue? value, string path, Problems problems) =>
        [.. Values.Texts(value, path, problems).Select(text => ReadOne(text, problems)).OfType<Glob>()];

    private static Glob? ReadOne(PlacedText text, Problems problems)
    {
        if (Wrong(text.Text) is { } wrong)
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is no route: {wrong}.");
            return null;
        }

        var glob = Glob.Compile(text.Text, ignoreCase: true);
        if (!MeansGraph(text.Text) && !ApiRoutes.GitHub.All.Any(route => glob.IsMatch(route.Id)))
        {
            problems.Warn(text.Node, text.Path, "No route that the broker knows matches this, so it says nothing; a route that the broker does not know is refused anyway.");
        }

        return glob;
    }

    private static bool MeansGraph(string pattern) => pattern == "**" || pattern[pattern.IndexOf(' ', StringComparison.Ordinal) + 1] != '/';

    private static string? Wrong(string pattern)
    {
        if (pattern.Length > Longest)
        {
            return $"it is longer than {Longest} characters";
        }

        if (pattern == "**")
        {
            return null;
        }

        if (pattern.Any(static c => char.IsControl(c) || c is '[' or ']' or '\\' or '!') || pattern.Split(' ') is not [{ Length: > 0 } verb, { Length: > 0 } rest])
        {
            return "write a method and a template (PUT /repos/{owner}/{repo}/pulls/*/merge), or query or mutation and a field (mutation *); there are only '*', '?' and '**'";
        }

        if (Graph.Contains(verb, StringComparer.OrdinalIgnoreCase))
        {
            return rest.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '*' or '?') ? null : "a GraphQL field is one name";
        }

        if (!verb.AsSpan().ContainsAny('*', '?') && !Verbs.Contains(verb, StringComparer.OrdinalIgnoreCase))
        {
            return $"'{Shown.Short(verb)}' is none of {string.Join(", ", [.. Verbs, .. Graph])}";
        }

        return WrongTemplate(rest);
    }

    private static string? WrongTemplate(string template)
    {
        if (template[0] is not ('/' or '*'))
        {
            return "a template begins with '/'";
        }

        var segments = template.Split('/');
        if (segments.Skip(1).Any(static segment => segment.Length == 0))
        {
            return "it has an empty segment";
        }

        if (segments is ["", var first, ..] && string.Equals(first, "repos", StringComparison.OrdinalIgnoreCase) && segments.Skip(2).Take(2).Any(IsLiteral))
        {
            return "which repository it is about is for the rule's 'repositories'; a template has {owner} and {repo}, or '*'";
        }

        return segments.Any(static segment => segment.Length > 0 && segment.All(char.IsAsciiDigit))
            ? "a template has no numbers; write '*' or GitHub's own parameter, such as {pull_number}"
            : null;
    }

    private static bool IsLiteral(string segment) => segment[0] != '{' && !segment.AsSpan().ContainsAny('*', '?');
}
