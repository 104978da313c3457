using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub.App;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// What a route asks of a token, written as in GitHub's <c>X-Accepted-GitHub-Permissions</c>: sets parted by semicolons, of which one
/// is enough; within a set, parted by commas, all.
/// </summary>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible</remarks>
internal sealed class RestPermissions
{
    private readonly ImmutableArray<ImmutableArray<(string Name, PermissionLevel Level)>> _sets;

    public RestPermissions(string text)
    {
        Text = text;
        _sets = [.. text.Split("; ").Select(static set => set.Split(',').Select(One).ToImmutableArray())];
    }

    public string Text { get; }

    public bool Allow(InstallationToken token) => _sets.Any(set => set.All(one => token.Allows(one.Name, one.Level)));

    private static (string Name, PermissionLevel Level) One(string text) =>
        text.Split('=') is [var name, var level] && PermissionLevels.Parse(level) is var parsed and not PermissionLevel.None
            ? (name, parsed)
            : throw new ArgumentException($"'{text}' is not a permission.", nameof(text));
}
