using CursorBroker.Sandbox.GitHub.Api;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>Addresses of this server, as the caller reached it. GitHub's answers are full of them.</summary>
internal sealed class Links(HttpContext context)
{
    private readonly string _root = context.Root().AbsoluteUri;

    /// <summary>An API address.</summary>
    public string Api(string relative) => $"{_root}api/v3/{relative}";

    /// <summary>A page.</summary>
    public string Page(string relative) => _root + relative;

    /// <summary>Where uploads go: a GitHub Enterprise Server takes them at its own host.</summary>
    public string Upload(string relative) => $"{_root}api/uploads/{relative}";

    public RepositoryLinks To(SandboxRepository repository) => new(this, repository);

    /// <summary>Escapes a ref or path: every character but the slashes.</summary>
    public static string Path(string text) => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
}

/// <summary>Addresses of one repository.</summary>
internal sealed class RepositoryLinks(Links links, SandboxRepository repository)
{
    public Links Server => links;

    public string Api(string relative = "") => links.Api("repos/" + repository.FullName + (relative.Length == 0 || relative[0] == '{' ? relative : "/" + relative));

    public string Page(string relative = "") => links.Page(repository.FullName + (relative.Length == 0 ? relative : "/" + relative));

    public string Upload(string relative) => links.Upload($"repos/{repository.FullName}/{relative}");
}
