using System.Buffers;
using System.Collections.Frozen;

namespace CursorBroker.Core.GitHub.Routes;

/// <summary>What a template's parameters may hold. What GitHub would not take is not sent, so that no suffix (<c>1.diff</c>) or slash says more to GitHub than to the broker.</summary>
internal static class ApiParameters
{
    /// <summary>Those that are names with slashes in them, raw or as <c>%2F</c>; raw only at the end of a template. Source: <c>x-multi-segment</c> in GitHub's REST description.</summary>
    private static readonly FrozenSet<string> MultiSegment =
        FrozenSet.Create(StringComparer.Ordinal, "basehead", "branch", "commit_sha", "dir", "path", "ref", "rest", "sha", "subject_digest", "tag", "tree_sha");

    /// <summary>Those that may hold a slash as <c>%2F</c> alone: names of labels and environments.</summary>
    private static readonly FrozenSet<string> Slashed = FrozenSet.Create(StringComparer.Ordinal, "environment_name", "name");

    /// <summary>Those that are called an id and are none of GitHub's numbers.</summary>
    private static readonly FrozenSet<string> Text = FrozenSet.Create(StringComparer.Ordinal, "client_id", "ghsa_id", "gist_id", "pages_deployment_id", "sarif_id", "workflow_id");

    /// <summary>Templates that end in a name with slashes and that others go on from: there a raw slash could lead into one of those.</summary>
    private static readonly FrozenSet<string> Continued = FrozenSet.Create(
        StringComparer.Ordinal, "/repos/{owner}/{repo}/branches/{branch}", "/repos/{owner}/{repo}/commits/{ref}");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Whether the parameter takes all the segments that are left, when it is the template's last.</summary>
    public static bool IsMultiSegment(string name) => MultiSegment.Contains(name);

    /// <summary>Whether the template's last parameter is written with its slashes.</summary>
    public static bool KeepsSlashes(string template) =>
        template[(template.LastIndexOf('/') + 1)..] is ['{', .. var name, '}'] && IsMultiSegment(name) && !Continued.Contains(template);

    /// <summary>Whether the value is one that GitHub could take for the parameter.</summary>
    public static bool Takes(string name, string value) =>
        (IsMultiSegment(name) || Slashed.Contains(name) || !value.Contains('/', StringComparison.Ordinal))
        && (!IsNumber(name) || value.Length <= 19 && !value.AsSpan().ContainsAnyExcept(Digits));

    /// <summary>Whether the parameter is one of GitHub's numbers, by its name.</summary>
    public static bool IsNumber(string name) =>
        (name.EndsWith("_id", StringComparison.Ordinal) || name.EndsWith("_number", StringComparison.Ordinal)) && !Text.Contains(name);
}
