using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Paths and refs as arguments name them.</summary>
internal static class RepositoryPath
{
    /// <summary>A path within a repository; a slash before it is taken for the repository's root.</summary>
    /// <exception cref="ToolArgumentException">It could be read in two ways.</exception>
    public static string Of(ToolArguments arguments, string name) => Of(arguments, name, arguments.Text(name));

    /// <summary>The same; empty, for the root, when it is not there.</summary>
    public static string OrRoot(ToolArguments arguments, string name) =>
        arguments.OptionalText(name)?.TrimStart('/') is { Length: > 0 } path ? Of(arguments, name, path) : "";

    /// <summary>Checks a path that stands somewhere within the arguments.</summary>
    public static string Of(ToolArguments arguments, string name, string value)
    {
        var path = value.StartsWith('/') ? value[1..] : value;
        try
        {
            // The rules for a path are those of the route that takes one.
            _ = ApiPath.Of("/{path}", path);
            return path;
        }
        catch (ToolArgumentException problem)
        {
            throw arguments.Problem(name, problem.Message[(problem.Argument.Length + 2)..]);
        }
    }

    /// <summary>The short name of a branch. That it is one is for those to say who know the branches.</summary>
    /// <exception cref="ToolArgumentException">It is a full name.</exception>
    public static string Branch(ToolArguments arguments, string name) => Branch(arguments, name, arguments.Text(name));

    /// <summary>The same of a branch that need not be named; null when it is not.</summary>
    public static string? OptionalBranch(ToolArguments arguments, string name) => arguments.OptionalText(name) is { Length: > 0 } text ? Branch(arguments, name, text) : null;

    private static string Branch(ToolArguments arguments, string name, string text)
    {
        var branch = text.StartsWith("refs/heads/", StringComparison.Ordinal) ? text["refs/heads/".Length..] : text;
        return branch.Length > 0 && !branch.StartsWith("refs/", StringComparison.Ordinal) && !branch.Any(static one => char.IsControl(one) || one is ' ' or '?' or '*' or ':' or '[' or '\\' or '^' or '~')
            ? branch
            : throw arguments.Problem(name, "must be the name of a branch, such as main or cursor/fix-refunds.");
    }
}
