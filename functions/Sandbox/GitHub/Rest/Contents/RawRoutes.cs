using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Rest.Contents;

/// <summary>
/// Files as they are, where a GitHub Enterprise Server has what <c>raw.githubusercontent.com</c> is to github.com:
/// <c>/raw/{owner}/{repo}/{ref}/{path}</c>. Every no is a 404 in plain text.
/// </summary>
internal sealed class RawRoutes(ApiGate gate, RepositoryCatalog catalog, GitReader git)
{
    private const string Prefix = "/raw/";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/raw/{owner}/{repo}/{**rest}", ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        var parts = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0][Prefix.Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        var repository = parts.Length > 3 ? catalog.Find(parts[0], parts[1])?.Repository : null;
        var isSeen = repository is not null && (repository.IsPublic || (gate.Known(context) is { } token && token.Opens(repository) && token.Allows("contents", PermissionLevel.Read)));
        var file = isSeen ? await FindAsync(repository!, parts[2..], context.RequestAborted).ConfigureAwait(false) : null;
        if (file is null)
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("404: Not Found", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var isBinary = file.AsSpan(0, Math.Min(file.Length, 8000)).Contains((byte)0);
        await AnswerWriter.WriteAsync(context, new RestAnswer.Raw(isBinary ? "application/octet-stream" : "text/plain; charset=utf-8", file), string.Empty).ConfigureAwait(false);
    }

    // Where the ref ends and the path begins is for the repository to say: the shortest name that is a ref.
    private async Task<byte[]?> FindAsync(SandboxRepository repository, string[] parts, CancellationToken cancellationToken)
    {
        for (var length = 1; length < parts.Length; length++)
        {
            if (await git.CommitAsync(repository, string.Join('/', parts[..length]), cancellationToken).ConfigureAwait(false) is { } commit)
            {
                return await git.EntryAsync(repository, commit, string.Join('/', parts[length..]), cancellationToken).ConfigureAwait(false) is { Type: "blob" } entry
                    ? (await git.ObjectAsync(repository, entry.Id, cancellationToken).ConfigureAwait(false))!.Content
                    : null;
            }
        }

        return null;
    }
}
