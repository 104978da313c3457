using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Reads a rule's <c>repositories</c>.</summary>
internal static class RepositoryGlobs
{
    public static ImmutableArray<RepositoryGlob> Read(YamlValue? value, string path, Problems problems) =>
        [.. Values.Texts(value, path, problems).Select(text => ReadOne(text, problems)).OfType<RepositoryGlob>()];

    private static RepositoryGlob? ReadOne(PlacedText text, Problems problems)
    {
        var wrong = text.Text.Split('/') is [var owner, var name] ? Wrong(owner, name) : "it must be owner/name, with exactly one '/'";
        if (wrong is null)
        {
            return new(text.Text[..text.Text.IndexOf('/', StringComparison.Ordinal)], text.Text[(text.Text.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        }

        problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' names no repository: {wrong}.");
        return null;
    }

    private static string? Wrong(string owner, string name)
    {
        if (ReservedOwners.Names.Contains(owner))
        {
            return $"'{owner}' is one of the broker's own paths, so an owner of that name cannot be reached through it";
        }

        if (owner.Contains("**", StringComparison.Ordinal) || name.Contains("**", StringComparison.Ordinal))
        {
            return "there are no folders to cross; write '*'";
        }

        // A wildcard may stand for letters, so what is left must be a name once the wildcards are letters.
        static string Filled(string glob) => glob.Replace('*', 'x').Replace('?', 'x');
        if (RepositoryName.TryCreate(Filled(owner), Filled(name), out _))
        {
            return null;
        }

        return name.EndsWith(".git", StringComparison.OrdinalIgnoreCase)
            ? "leave '.git' away"
            : "GitHub gives no such name (letters, digits, '-', '_', and '.' in the name)";
    }
}
