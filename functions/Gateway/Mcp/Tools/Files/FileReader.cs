using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>Reads what stands at a path. Up to 1 MB GitHub sends contents along with what it says of the file; longer ones are asked for by themselves.</summary>
internal static class FileReader
{
    /// <summary>Longest file that is read, in bytes: 8 MiB.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <param name="api">The way to it.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="path">The path; empty for the root.</param>
    /// <param name="reference">A branch, a tag or a commit; null for the default branch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<FileFound> ReadAsync(IBrokerApi api, RepositoryName repository, string path, string? reference, CancellationToken cancellationToken)
    {
        var request = ApiCallRequest.Get(
            path.Length == 0
                ? ApiPath.Of("/repos/{owner}/{repo}/contents", repository.Owner, repository.Name)
                : ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", repository.Owner, repository.Name, path),
            ("ref", reference));
        var asked = await api.AskAsync(request, cancellationToken);
        if (!asked.Succeeded(out var found, out var failure))
        {
            return new FileFound.Failed(failure);
        }

        if (found is JsonArray entries)
        {
            return new FileFound.Directory(entries);
        }

        var sha = found.Text("sha") ?? "";
        return found.Text("type") switch
        {
            "symlink" => new FileFound.Pointer("symlink", sha, found.Text("target") ?? ""),
            "submodule" => new FileFound.Pointer("submodule", sha, found.Text("submodule_git_url") ?? ""),
            "file" when found.Number("size") is 0 => new FileFound.File(NameOf(path), sha, default),
            "file" when found.Text("encoding") == "base64" && Decoded(found.Text("content") ?? "") is { } content => new FileFound.File(NameOf(path), sha, content),
            "file" when found.Number("size") > MaxBytes => new FileFound.Failed(ToolAnswer.Error(string.Create(
                CultureInfo.InvariantCulture, $"{path} is {found.Number("size")} bytes long, longer than the {MaxBytes} that can be read here. Fetch it with git."))),
            "file" => await RawAsync(api, request, path, sha, cancellationToken),
            _ => new FileFound.Failed(ToolAnswer.Error($"GitHub calls {path} neither a file nor a directory, so that it cannot be shown.")),
        };
    }

    private static async ValueTask<FileFound> RawAsync(IBrokerApi api, ApiCallRequest request, string path, string sha, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(request with { Accept = "application/vnd.github.raw+json", MaxBytes = MaxBytes }, cancellationToken);
        return answer.IsSuccess ? new FileFound.File(NameOf(path), sha, answer.Body) : new FileFound.Failed(Failures.Describe(answer));
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>GitHub's base64, which has line ends in it.</summary>
    private static byte[]? Decoded(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
