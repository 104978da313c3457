using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub;

/// <summary>
/// GitHub's addresses and what stands for them at the broker: the API, uploads, raw files, and where to clone from. Pages for people (<c>html_url</c>) stay where they are:
/// people open them in a browser, signed in at GitHub. The broker's address is the configured one, never one that a request names.
/// </summary>
internal sealed class UpstreamUrls(UpstreamOptions upstream, ApprovalLinks links)
{
    /// <summary>What to replace in answers about a repository.</summary>
    /// <param name="repository">The repository of the credential; null when it is for several or none.</param>
    public ImmutableArray<UrlReplacement> For(RepositoryIdentity? repository)
    {
        var api = Here("api/v3/");
        var list = ImmutableArray.CreateBuilder<UrlReplacement>();
        Add(upstream.Api.AbsoluteUri, api);
        if (repository is not null)
        {
            // What was renamed once is linked to by its id, which is no route here.
            Add(ById(repository), $"{api}repos/{repository.Name}/");
        }

        Add(upstream.Uploads.AbsoluteUri, Here("api/uploads/"));
        list.Add(Replacement(upstream.Raw.AbsoluteUri, Here("raw/")) with { DropsQuery = true });
        foreach (var clone in (string[])[upstream.Git.AbsoluteUri, $"git://{upstream.Git.Authority}/", $"git@{upstream.Git.Host}:", $"ssh://git@{upstream.Git.Host}/"])
        {
            list.Add(Replacement(clone, Here("")) with { ForCloning = true });
        }

        return list.ToImmutable();

        void Add(string from, string to) => list.Add(Replacement(from, to));
    }

    /// <summary>The address at the broker that stands for an address of the API; null when it is none.</summary>
    public string? OfApi(string url, RepositoryIdentity? repository)
    {
        if (repository is not null && url.StartsWith(ById(repository), StringComparison.Ordinal))
        {
            return $"{Here("api/v3/")}repos/{repository.Name}/{url[ById(repository).Length..]}";
        }

        return url.StartsWith(upstream.Api.AbsoluteUri, StringComparison.Ordinal) ? Here("api/v3/") + url[upstream.Api.AbsoluteUri.Length..] : null;
    }

    /// <summary>A <c>Link</c> header (RFC 8288) whose targets are the broker's; null when none is left. Targets elsewhere are left out.</summary>
    /// <param name="header">GitHub's.</param>
    /// <param name="repository">The repository of the credential; null when it is for several or none.</param>
    /// <param name="hidesLast">Whether the last page is left out, which tells how many entries there are.</param>
    public string? OfLink(string header, RepositoryIdentity? repository, bool hidesLast = false)
    {
        var kept = new List<string>();
        foreach (var link in header.Split(", <"))
        {
            var target = link.TrimStart('<');
            if (target.IndexOf('>', StringComparison.Ordinal) is > 0 and var end && OfApi(target[..end], repository) is { } here
                && !(hidesLast && target[(end + 1)..].Contains("rel=\"last\"", StringComparison.Ordinal)))
            {
                kept.Add($"<{here}>{target[(end + 1)..]}");
            }
        }

        return kept.Count == 0 ? null : string.Join(", ", kept);
    }

    private string ById(RepositoryIdentity repository) => string.Create(CultureInfo.InvariantCulture, $"{upstream.Api.AbsoluteUri}repositories/{repository.Id}/");

    private string Here(string path) => new Uri(links.Root, path).AbsoluteUri;

    private static UrlReplacement Replacement(string from, string to) => new(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
}
