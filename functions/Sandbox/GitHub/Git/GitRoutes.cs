using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>git over HTTP at <c>/{owner}/{repo}[.git]</c>: three requests, and GitHub's refusals for what a token does not allow.</summary>
internal sealed class GitRoutes(
    RepositoryCatalog catalog, InstallationTokens tokens, Installations installations, GitBackend backend, SandboxCounters counters)
{
    private const string Contents = "contents";
    private const string BadToken = "Invalid username or token. Password authentication is not supported for Git operations.";
    private const string NotFound = "Repository not found.";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("{owner}/{repo}/info/refs", AdvertiseAsync);
        routes.MapPost("{owner}/{repo}/git-upload-pack", context => ServeAsync(context, GitService.UploadPack, advertises: false));
        routes.MapPost("{owner}/{repo}/git-receive-pack", context => ServeAsync(context, GitService.ReceivePack, advertises: false));
    }

    private static string NameOf(string segment) =>
        segment.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? segment[..^4] : segment;

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        if (status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    private static Task MovedAsync(HttpContext context, SandboxRepository now, string suffix)
    {
        context.Response.StatusCode = 301;
        context.Response.Headers.Location = new Uri(context.Root(), $"{now.FullName}.git/{suffix}{context.Request.QueryString}").AbsoluteUri;
        return Task.CompletedTask;
    }

    private Task AdvertiseAsync(HttpContext context) => GitServices.Parse(context.Request.Query["service"]) is { } service
        ? ServeAsync(context, service, advertises: true)
        : RefuseAsync(context, 403, "Please upgrade your git client.\nGitHub.com no longer supports git over dumb-http.");

    private async Task ServeAsync(HttpContext context, GitService service, bool advertises)
    {
        if (PresentedCredential.From(context.Request) is not { } credential)
        {
            await RefuseAsync(context, 401, NotFound).ConfigureAwait(false);
            return;
        }

        if (tokens.Find(credential.Secret) is not { } token || installations.On(token.Account) is null)
        {
            await RefuseAsync(context, 401, BadToken).ConfigureAwait(false);
            return;
        }

        if (installations.IsSuspended(token.Account))
        {
            await RefuseAsync(context, 403, "This installation has been suspended.").ConfigureAwait(false);
            return;
        }

        var entry = catalog.Find(context.RouteText("owner"), NameOf(context.RouteText("repo")));
        if (entry is null || !token.Opens(entry.Repository) || !token.Allows(Contents, PermissionLevel.Read))
        {
            await RefuseAsync(context, 404, NotFound).ConfigureAwait(false);
        }
        else if (service == GitService.ReceivePack && !token.Allows(Contents, PermissionLevel.Write))
        {
            await RefuseAsync(context, 403, "Write access to repository not granted.").ConfigureAwait(false);
        }
        else if (entry.Moved)
        {
            await MovedAsync(context, entry.Repository, advertises ? "info/refs" : service.Name()).ConfigureAwait(false);
        }
        else
        {
            counters.Served(service == GitService.ReceivePack);
            var mayChangeWorkflows = token.Allows("workflows", PermissionLevel.Write);
            await backend.ServeAsync(context, new GitRequest(entry.Repository, service, advertises, mayChangeWorkflows)).ConfigureAwait(false);
        }
    }
}
