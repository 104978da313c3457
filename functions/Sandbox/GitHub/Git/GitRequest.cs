namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>One admitted git request.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Service">Which of git's two services.</param>
/// <param name="Advertises">True for <c>GET info/refs</c>, false for the POST.</param>
/// <param name="MayChangeWorkflows">True when the token has <c>workflows:write</c>.</param>
internal sealed record GitRequest(SandboxRepository Repository, GitService Service, bool Advertises, bool MayChangeWorkflows);

/// <summary>git's services.</summary>
internal enum GitService
{
    /// <summary>Clone and fetch.</summary>
    UploadPack,

    /// <summary>Push.</summary>
    ReceivePack,
}

/// <summary>Services as git writes them.</summary>
internal static class GitServices
{
    public static string Name(this GitService service) => service == GitService.UploadPack ? "git-upload-pack" : "git-receive-pack";

    public static GitService? Parse(string? name) => name switch
    {
        "git-upload-pack" => GitService.UploadPack,
        "git-receive-pack" => GitService.ReceivePack,
        _ => null,
    };
}
