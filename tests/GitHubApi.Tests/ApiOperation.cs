using System.Collections.Immutable;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>One operation of GitHub's OpenAPI description.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Template">The path's template.</param>
internal sealed record ApiOperation(string Method, string Template)
{
    public string Id { get; } = $"{Method} {Template}";

    /// <summary>Whether GitHub lets Apps call it (<c>x-github.enabledForGitHubApps</c>).</summary>
    public required bool IsForApps { get; init; }

    /// <summary>The names of its query parameters.</summary>
    public required ImmutableArray<string> Query { get; init; }

    /// <summary>The names of its path parameters that are numbers.</summary>
    public required ImmutableArray<string> Numbers { get; init; }

    /// <summary>The names of its path parameters that may hold slashes (<c>x-multi-segment</c>).</summary>
    public required ImmutableArray<string> MultiSegment { get; init; }

    /// <summary>The names of all members of its answers, at any depth; those of repositories, accounts and apps in them aside.</summary>
    public ImmutableHashSet<string> Answers { get; init; } = [];

    /// <summary>Whether it is about one repository that its path names.</summary>
    public bool IsAboutARepository => Template.Contains("/{owner}/{repo}", StringComparison.Ordinal) || Template.StartsWith("/repos/", StringComparison.Ordinal);
}
