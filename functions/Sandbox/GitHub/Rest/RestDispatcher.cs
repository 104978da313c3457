using System.Text.Json;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// Takes a repository's calls through GitHub's checks, in its order: who asks, does that repository exist for them, may they do this.
/// </summary>
internal sealed class RestDispatcher(RestTable table, RepositoryCatalog catalog, ApiGate gate, WorldRecords world)
{
    private const string ByName = "repos/";
    private const string ById = "repositories/";

    /// <param name="context">The request.</param>
    /// <param name="prefix">What the path begins with: <c>/api/v3/</c> or <c>/api/uploads/</c>.</param>
    public async Task DispatchAsync(HttpContext context, string prefix)
    {
        var (entry, rest) = Target(RawPath(context, prefix));
        if (rest is null || table.Find(context.Request.Method, rest) is not var (route, parameters))
        {
            // Who shows a token that is none is told that first.
            if (await gate.AdmitInstallationAsync(context).ConfigureAwait(false) is not null)
            {
                await GitHubAnswer.NotFoundAsync(context).ConfigureAwait(false);
            }

            return;
        }

        context.Response.Headers["X-Accepted-GitHub-Permissions"] = route.Permissions.Text;
        var admission = await gate.AdmitAsync(context, isAnonymousWelcome: entry is { Repository.IsPublic: true } && route.IsPublic).ConfigureAwait(false);
        if (!admission.IsAdmitted)
        {
            return;
        }

        var refusal = Refusal(route, entry, admission.Token);
        if (refusal is not null)
        {
            await AnswerWriter.WriteAsync(context, refusal, string.Empty).ConfigureAwait(false);
        }
        else if (entry!.Moved)
        {
            await GitHubAnswer.MovedAsync(context, context.ApiUri($"{ById}{entry.Repository.Id}{(rest.Length == 0 ? rest : "/" + rest)}{context.Request.QueryString}")).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(context, route, entry.Repository, rest, admission.Token, parameters).ConfigureAwait(false);
        }
    }

    private static RestAnswer? Refusal(RestRoute route, CatalogEntry? entry, InstallationToken? token)
    {
        if (entry is null)
        {
            return RestAnswer.NotFound;
        }

        if (entry.Repository.IsPublic && route.IsPublic)
        {
            return null;
        }

        // What the token was not made for does not exist, unless everyone knows that it does.
        var opens = token is not null && token.Opens(entry.Repository);
        return !opens && !entry.Repository.IsPublic ? RestAnswer.NotFound
            : opens && route.Permissions.Allow(token!) ? null
            : RestAnswer.Forbidden;
    }

    private static string RawPath(HttpContext context, string prefix)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        return path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? path[prefix.Length..].TrimEnd('/') : string.Empty;
    }

    private static async Task<RestBody?> BodyAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || request.Path.StartsWithSegments("/api/uploads", StringComparison.OrdinalIgnoreCase))
        {
            return new RestBody(default);
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, context.RequestAborted).ConfigureAwait(false);
        if (buffer.Length == 0)
        {
            return new RestBody(default);
        }

        try
        {
            using var document = JsonDocument.Parse(buffer.ToArray());
            return new RestBody(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            // Not JSON: the caller of this method answers 400.
            return null;
        }
    }

    private async Task AnswerAsync(
        HttpContext context,
        RestRoute route,
        SandboxRepository repository,
        string rest,
        InstallationToken? token,
        IReadOnlyDictionary<string, string> parameters)
    {
        if (await BodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            await GitHubAnswer.ErrorAsync(context, 400, "Problems parsing JSON").ConfigureAwait(false);
            return;
        }

        var call = new RestCall(context, repository, world.Of(repository), token, parameters, body);
        var answer = await route.Handle(call).ConfigureAwait(false);
        await AnswerWriter.WriteAsync(context, answer, $"{ById}{repository.Id}/{rest}").ConfigureAwait(false);
    }

    private (CatalogEntry? Entry, string? Below) Target(string path)
    {
        if (path.StartsWith(ByName, StringComparison.Ordinal) && path.Split('/', 4) is [_, { Length: > 0 } owner, { Length: > 0 } name, .. var after])
        {
            return (catalog.Find(Uri.UnescapeDataString(owner), Uri.UnescapeDataString(name)), after.FirstOrDefault() ?? string.Empty);
        }

        if (path.StartsWith(ById, StringComparison.Ordinal) && path.Split('/', 3) is [_, { Length: > 0 } text, .. var below] && long.TryParse(text, out var id))
        {
            return (catalog.WithId(id) is { } repository ? new CatalogEntry(repository, Moved: false) : null, below.FirstOrDefault() ?? string.Empty);
        }

        return (null, null);
    }
}
