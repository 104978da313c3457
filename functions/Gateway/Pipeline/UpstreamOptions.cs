using System.Collections.Immutable;
using System.IO.Enumeration;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Where the upstream is. Both addresses end with a slash.</summary>
public sealed record UpstreamOptions
{
    /// <summary>git over HTTP; <c>https://github.com/</c> unless told otherwise.</summary>
    public Uri Git { get; init; } = new("https://github.com/");

    /// <summary>REST and GraphQL; <c>https://api.github.com/</c> unless told otherwise.</summary>
    public Uri Api { get; init; } = new("https://api.github.com/");

    /// <summary>
    /// Where release assets are uploaded. Unless told otherwise it follows from <see cref="Api"/>: <c>uploads.</c> for <c>api.</c>, <c>/api/uploads/</c> for a GitHub Enterprise
    /// Server's <c>/api/v3/</c>, and otherwise the same. Never another site's, since credentials go there.
    /// </summary>
    public Uri Uploads
    {
        get => field ?? UploadsOf(Api);
        init;
    }

    /// <summary>
    /// Below what GraphQL is asked. Unless told otherwise it follows from <see cref="Api"/>: <c>/api/</c> for a GitHub Enterprise Server's <c>/api/v3/</c>, and otherwise the same.
    /// </summary>
    public Uri GraphQl
    {
        get => field ?? (Api.AbsolutePath == "/api/v3/" ? new(Api, "/api/") : Api);
        init;
    }

    /// <summary>
    /// Where links to raw files lead, to be replaced in answers; nothing is sent there. Unless told otherwise <c>https://raw.githubusercontent.com/</c> for GitHub itself and
    /// <c>/raw/</c> below <see cref="Git"/> for others.
    /// </summary>
    public Uri Raw
    {
        get => field ?? (Git.Host == "github.com" ? new("https://raw.githubusercontent.com/") : new(Git, "/raw/"));
        init;
    }

    /// <summary>
    /// Hosts that signed redirects and LFS's actions may lead to, where the broker follows them without a credential of its own: names, in which <c>*</c> stands for any letters, digits and hyphens of one label. By
    /// default those that GitHub documents for archives, release assets, logs, artifacts and LFS.
    /// </summary>
    public ImmutableArray<string> SignedHosts { get; init; } =
    [
        "codeload.github.com",
        "objects.githubusercontent.com",
        "release-assets.githubusercontent.com",
        "github-releases.githubusercontent.com",
        "github-cloud.githubusercontent.com",
        "github-cloud.s3.amazonaws.com",
        "lfs.github.com",
        "media.githubusercontent.com",
        "pipelines.actions.githubusercontent.com",
        "results-receiver.actions.githubusercontent.com",
        "productionresultssa*.blob.core.windows.net",
    ];

    /// <summary>Longest silence in either direction before an exchange is cut; 10 minutes unless told otherwise, above zero.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time for the broker's own questions to the upstream; 30 seconds unless told otherwise, above zero.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a redirect may be followed there: https on its own port to a listed host. Where the upstream itself is on loopback, as in a sandbox, loopback is one too.
    /// </summary>
    public bool IsSignedHost(Uri location)
    {
        ArgumentNullException.ThrowIfNull(location);
        if (!location.IsAbsoluteUri || location.UserInfo.Length > 0)
        {
            return false;
        }

        return location.IsLoopback && Api.IsLoopback
            ? location.Scheme == Uri.UriSchemeHttps || location.Scheme == Uri.UriSchemeHttp
            : location.Scheme == Uri.UriSchemeHttps && location.IsDefaultPort && SignedHosts.Any(listed => IsNamed(location.IdnHost, listed));
    }

    internal Uri BaseOf(UpstreamFace face) => face switch
    {
        UpstreamFace.Git => Git,
        UpstreamFace.Uploads => Uploads,
        UpstreamFace.GraphQl => GraphQl,
        _ => Api,
    };

    // Label by label, so that no star reaches over a dot.
    private static bool IsNamed(string host, string listed)
    {
        var (labels, patterns) = (host.Split('.'), listed.Split('.'));
        return labels.Length == patterns.Length && labels.Zip(patterns).All(static pair => FileSystemName.MatchesSimpleExpression(pair.Second, pair.First, ignoreCase: true));
    }

    private static Uri UploadsOf(Uri api) => api switch
    {
        { Host: ['a', 'p', 'i', '.', .. var site] } => new($"{api.Scheme}://uploads.{site}/"),
        { AbsolutePath: "/api/v3/" } => new(api, "/api/uploads/"),
        _ => api,
    };
}
