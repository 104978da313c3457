namespace CursorBroker.Core.Git.Wire;

/// <summary>The two services of git's smart HTTP protocol (gitprotocol-http(5)).</summary>
public enum GitService
{
    /// <summary><c>git-upload-pack</c>: clone and fetch.</summary>
    UploadPack,

    /// <summary><c>git-receive-pack</c>: push.</summary>
    ReceivePack,
}

/// <summary>Names of <see cref="GitService"/>.</summary>
public static class GitServices
{
    /// <summary>The name in URLs and in the advertisement's first line.</summary>
    public static string NameOf(GitService service) => service == GitService.ReceivePack ? "git-receive-pack" : "git-upload-pack";

    /// <summary>Parses the <c>service</c> query parameter; null for anything but the two exact names.</summary>
    public static GitService? Parse(string? name) => name switch
    {
        "git-upload-pack" => GitService.UploadPack,
        "git-receive-pack" => GitService.ReceivePack,
        _ => null,
    };
}
