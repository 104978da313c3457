using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>Who may come to a repository by git, and by what stands beside it at <c>/{owner}/{repo}[.git]</c>, in GitHub's words.</summary>
internal sealed class GitGate(RepositoryCatalog catalog, InstallationTokens tokens, Installations installations)
{
    private const string Contents = "contents";
    private const string BadToken = "Invalid username or token. Password authentication is not supported for Git operations.";
    private const string NotFound = "Repository not found.";

    public Admitted Admit(HttpContext context, bool writes)
    {
        if (PresentedCredential.From(context.Request) is not { } credential)
        {
            return new(401, NotFound);
        }

        if (tokens.Find(credential.Secret) is not { } token || installations.On(token.Account) is null)
        {
            return new(401, BadToken);
        }

        if (installations.IsSuspended(token.Account))
        {
            return new(403, "This installation has been suspended.");
        }

        var entry = catalog.Find(context.RouteText("owner"), NameOf(context.RouteText("repo")));
        if (entry is null || !token.Opens(entry.Repository) || !token.Allows(Contents, PermissionLevel.Read))
        {
            return new(404, NotFound);
        }

        return writes && !token.Allows(Contents, PermissionLevel.Write)
            ? new(403, "Write access to repository not granted.")
            : new Admitted(token, entry.Repository, entry.Moved);
    }

    private static string NameOf(string segment) =>
        segment.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? segment[..^4] : segment;
}

/// <summary>Who was let in, or why not.</summary>
internal sealed class Admitted
{
    private readonly InstallationToken? _token;
    private readonly SandboxRepository? _repository;

    public Admitted(InstallationToken token, SandboxRepository repository, bool moved)
    {
        _token = token;
        _repository = repository;
        Moved = moved;
    }

    public Admitted(int status, string message) => Refusal = (status, message);

    /// <summary>The status and the text; null for who is let in.</summary>
    public (int Status, string Message)? Refusal { get; }

    /// <summary>True when the repository has another name by now.</summary>
    public bool Moved { get; }

    public InstallationToken Token => _token ?? throw new InvalidOperationException("Nobody was let in.");

    public SandboxRepository Repository => _repository ?? throw new InvalidOperationException("Nobody was let in.");
}
