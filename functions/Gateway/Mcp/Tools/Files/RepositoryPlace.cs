using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>Which state of a repository is meant.</summary>
internal enum PlaceKind
{
    /// <summary>The default branch's.</summary>
    Default,

    /// <summary>A branch's.</summary>
    Branch,

    /// <summary>A tag's.</summary>
    Tag,

    /// <summary>A pull request's head.</summary>
    Pull,

    /// <summary>A commit's.</summary>
    Commit,

    /// <summary>Whatever the name means: a branch or a tag.</summary>
    Named,
}

/// <summary>A state of a repository.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Name">Its name; empty for the default branch.</param>
internal sealed record RepositoryPlace(PlaceKind Kind, string Name)
{
    public static readonly RepositoryPlace Default = new(PlaceKind.Default, "");

    /// <summary>As the arguments <c>ref</c> and <c>sha</c> say, of which the second goes first.</summary>
    public static RepositoryPlace Of(string? reference, string? sha) => (reference, sha) switch
    {
        (_, { Length: > 0 } id) => new(PlaceKind.Commit, id),
        (null or "", _) => Default,
        ({ } name, _) when name.StartsWith("refs/heads/", StringComparison.Ordinal) => new(PlaceKind.Branch, name["refs/heads/".Length..]),
        ({ } name, _) when name.StartsWith("refs/tags/", StringComparison.Ordinal) => new(PlaceKind.Tag, name["refs/tags/".Length..]),
        ({ } name, _) when name.StartsWith("refs/pull/", StringComparison.Ordinal) && name.EndsWith("/head", StringComparison.Ordinal) && name.Length > "refs/pull//head".Length =>
            new(PlaceKind.Pull, name["refs/pull/".Length..^"/head".Length]),
        ({ } name, _) => new(name.Length is 40 or 64 && name.All(char.IsAsciiHexDigit) ? PlaceKind.Commit : PlaceKind.Named, name),
    };

    /// <summary>
    /// The name to ask GitHub by; null for the default branch. A branch goes by its full name, so that one that is called like a commit is not taken for it. A pull request's head is
    /// looked up: it is a commit then, which stays.
    /// </summary>
    public async ValueTask<(string? Name, ToolAnswer? Failure)> ResolveAsync(IBrokerApi api, RepositoryName repository, CancellationToken cancellationToken)
    {
        switch (Kind)
        {
            case PlaceKind.Default:
                return (null, null);
            case PlaceKind.Branch:
                return ($"refs/heads/{Name}", null);
            case PlaceKind.Tag:
                return ($"refs/tags/{Name}", null);
            case PlaceKind.Pull:
                if (!long.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    throw new ToolArgumentException("ref", "a pull request's head is refs/pull/NUMBER/head.");
                }

                var pull = await api.AskAsync(
                    ApiCallRequest.Get(ApiPath.Of("/repos/{owner}/{repo}/pulls/{pull_number}", repository.Owner, repository.Name, number.ToString(CultureInfo.InvariantCulture))), cancellationToken);
                return pull.Succeeded(out var found, out var failure) ? (found.At("head").Text("sha"), null) : (null, failure);
            default:
                return (Name, null);
        }
    }
}
