using System.Diagnostics.CodeAnalysis;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>
/// The address of a file as a resource, in github-mcp-server's forms: <c>repo://OWNER/REPO[/refs/heads/BRANCH | /refs/tags/TAG | /refs/pull/N/head | /sha/SHA]/contents/PATH</c>.
/// A branch's own slashes are written <c>%2F</c>.
/// </summary>
/// <param name="Repository">The repository.</param>
/// <param name="Place">Which of its states.</param>
/// <param name="Path">The path within it, not encoded.</param>
internal sealed record RepositoryUri(RepositoryName Repository, RepositoryPlace Place, string Path)
{
    private const string Scheme = "repo://";

    /// <summary>The address.</summary>
    public override string ToString() => $"{Scheme}{Repository.Owner}/{Repository.Name}{Between()}/contents/{string.Join('/', Path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryUri? uri)
    {
        uri = null;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal) || text.AsSpan().ContainsAny('?', '#'))
        {
            return false;
        }

        var parts = text[Scheme.Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (parts.Length < 3 || !RepositoryName.TryCreate(parts[0], parts[1], out var repository))
        {
            return false;
        }

        var (place, rest) = parts[2..] switch
        {
            ["contents", .. var path] => (RepositoryPlace.Default, path),
            ["refs", "heads", var branch, "contents", .. var path] => (new(PlaceKind.Branch, branch), path),
            ["refs", "tags", var tag, "contents", .. var path] => (new(PlaceKind.Tag, tag), path),
            ["refs", "pull", var number, "head", "contents", .. var path] => (new(PlaceKind.Pull, number), path),
            ["sha", var sha, "contents", .. var path] => (new RepositoryPlace(PlaceKind.Commit, sha), path),
            _ => (null, []),
        };
        uri = place is null ? null : new(repository, place, string.Join('/', rest));
        return uri is not null;
    }

    private string Between() => Place.Kind switch
    {
        PlaceKind.Branch => $"/refs/heads/{Uri.EscapeDataString(Place.Name)}",
        PlaceKind.Tag => $"/refs/tags/{Uri.EscapeDataString(Place.Name)}",
        PlaceKind.Pull => $"/refs/pull/{Uri.EscapeDataString(Place.Name)}/head",
        PlaceKind.Commit => $"/sha/{Uri.EscapeDataString(Place.Name)}",
        _ => "",
    };
}
