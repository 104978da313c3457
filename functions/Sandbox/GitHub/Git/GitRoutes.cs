using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>git over HTTP at <c>/{owner}/{repo}[.git]</c>: three requests, and GitHub's refusals for what a token does not allow.</summary>
internal sealed class GitRoutes(GitGate gate, GitBackend backend, SandboxCounters counters)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("{owner}/{repo}/info/refs", AdvertiseAsync);
        routes.MapPost("{owner}/{repo}/git-upload-pack", context => ServeAsync(context, GitService.UploadPack, advertises: false));
        routes.MapPost("{owner}/{repo}/git-receive-pack", context => ServeAsync(context, GitService.ReceivePack, advertises: false));
    }

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
        var admitted = gate.Admit(context, writes: service == GitService.ReceivePack);
        if (admitted.Refusal is var (status, message))
        {
            await RefuseAsync(context, status, message).ConfigureAwait(false);
        }
        else if (admitted.Moved)
        {
            await MovedAsync(context, admitted.Repository, advertises ? "info/refs" : service.Name()).ConfigureAwait(false);
        }
        else
        {
            counters.Served(service == GitService.ReceivePack);
            var mayChangeWorkflows = admitted.Token.Allows("workflows", PermissionLevel.Write);
            await backend.ServeAsync(context, new GitRequest(admitted.Repository, service, advertises, mayChangeWorkflows)).ConfigureAwait(false);
        }
    }
}
