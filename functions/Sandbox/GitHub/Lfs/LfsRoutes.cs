using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CursorBroker.Sandbox.GitHub.Lfs;

/// <summary>Git LFS at <c>/{owner}/{repo}[.git]/info/lfs</c> (git-lfs, docs/api). Objects themselves go to and come from the download host.</summary>
internal sealed class LfsRoutes(GitGate gate, LfsStore store, LfsLocks locks, LfsActions actions)
{
    private const string Root = "{owner}/{repo}/info/lfs/";
    private const int MostLocks = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root + "objects/batch", BatchAsync);
        routes.MapGet(Root + "locks", context => ListAsync(context, context.Request.Query["path"], context.Request.Query["id"], context.Request.Query["cursor"], context.Request.Query["limit"], isVerifying: false));
        routes.MapPost(Root + "locks", LockAsync);
        routes.MapPost(Root + "locks/verify", VerifyLocksAsync);
        routes.MapPost(Root + "locks/{id}/unlock", UnlockAsync);
    }

    private async Task BatchAsync(HttpContext context)
    {
        // Who may not read is told so before anything of the body is looked at.
        if (await AdmitAsync(context, writes: false).ConfigureAwait(false) is null)
        {
            return;
        }

        var body = await LfsJson.ReadAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        var uploads = body is not null && LfsJson.Text(body, "operation") == "upload";
        if (body is null || (!uploads && LfsJson.Text(body, "operation") != "download") || body["objects"] is not JsonArray { Count: > 0 } objects)
        {
            await LfsJson.RefuseAsync(context, 422, "The batch is not valid.").ConfigureAwait(false);
            return;
        }

        if (await AdmitAsync(context, uploads).ConfigureAwait(false) is { } repository)
        {
            var answered = objects.Select(each => (JsonNode?)Answer(repository, each, uploads)).ToArray();
            await LfsJson.WriteAsync(context, 200, new JsonObject { ["transfer"] = "basic", ["objects"] = new JsonArray(answered) }).ConfigureAwait(false);
        }
    }

    private JsonObject Answer(SandboxRepository repository, JsonNode? asked, bool uploads)
    {
        if (asked is not JsonObject json || LfsJson.Text(json, "oid") is not { Length: 64 } oid || !oid.All(char.IsAsciiHexDigitLower) || LfsJson.Number(json, "size") is not { } size || size < 0)
        {
            return new JsonObject { ["oid"] = "", ["size"] = 0, ["error"] = new JsonObject { ["code"] = 422, ["message"] = "Invalid object" } };
        }

        var answer = new JsonObject { ["oid"] = oid, ["size"] = size };
        var there = store.Find(repository, oid, size);
        if (uploads)
        {
            if (there is null)
            {
                answer["actions"] = actions.Upload(repository, oid, size);
            }
        }
        else if (there is not null)
        {
            answer["actions"] = actions.Download(repository, oid, there);
        }
        else
        {
            answer["error"] = new JsonObject { ["code"] = 404, ["message"] = "Object does not exist on the server or you don't have permissions to access it" };
        }

        return answer;
    }

    private async Task LockAsync(HttpContext context)
    {
        if (await AdmitAsync(context, writes: true).ConfigureAwait(false) is not { } repository)
        {
            return;
        }

        var body = await LfsJson.ReadAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        if (body is null || LfsJson.Text(body, "path") is not { Length: > 0 } path)
        {
            await LfsJson.RefuseAsync(context, 422, "The lock is not valid.").ConfigureAwait(false);
            return;
        }

        var (made, isNew) = locks.Create(repository, path);
        var answer = new JsonObject { ["lock"] = JsonOf(made) };
        if (!isNew)
        {
            answer["message"] = "Lock exists";
        }

        await LfsJson.WriteAsync(context, isNew ? 201 : 409, answer).ConfigureAwait(false);
    }

    private async Task UnlockAsync(HttpContext context)
    {
        if (await AdmitAsync(context, writes: true).ConfigureAwait(false) is { } repository)
        {
            await (locks.Remove(repository, context.RouteText("id")) is { } gone
                ? LfsJson.WriteAsync(context, 200, new JsonObject { ["lock"] = JsonOf(gone) })
                : LfsJson.RefuseAsync(context, 404, "Lock not found")).ConfigureAwait(false);
        }
    }

    private async Task VerifyLocksAsync(HttpContext context)
    {
        if (await AdmitAsync(context, writes: true).ConfigureAwait(false) is null)
        {
            return;
        }

        var body = await LfsJson.ReadAsync(context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            await LfsJson.RefuseAsync(context, 422, "The request is not valid.").ConfigureAwait(false);
            return;
        }

        await ListAsync(context, null, null, LfsJson.Text(body, "cursor"), LfsJson.Number(body, "limit")?.ToString(CultureInfo.InvariantCulture), isVerifying: true).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context, string? path, string? id, string? cursor, string? limit, bool isVerifying)
    {
        if (await AdmitAsync(context, isVerifying).ConfigureAwait(false) is not { } repository)
        {
            return;
        }

        var most = Math.Clamp(Number(limit) ?? MostLocks, 1, MostLocks);
        var (page, next) = locks.List(repository, Some(path), Some(id), Number(cursor) ?? 0, most);
        var list = new JsonArray([.. page.Select(JsonOf)]);
        var answer = isVerifying ? new JsonObject { ["ours"] = list, ["theirs"] = new JsonArray() } : new JsonObject { ["locks"] = list };
        if (next is not null)
        {
            answer["next_cursor"] = next;
        }

        await LfsJson.WriteAsync(context, 200, answer).ConfigureAwait(false);
    }

    /// <summary>The repository; null when the refusal is written.</summary>
    private async Task<SandboxRepository?> AdmitAsync(HttpContext context, bool writes)
    {
        var admitted = gate.Admit(context, writes);
        if (admitted.Refusal is var (status, message))
        {
            await LfsJson.RefuseAsync(context, status, message).ConfigureAwait(false);
            return null;
        }

        if (admitted.Moved)
        {
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = new Uri(context.Root(), $"{admitted.Repository.FullName}.git/info/lfs").AbsoluteUri;
            return null;
        }

        return admitted.Repository;
    }

    private static JsonObject JsonOf(LfsLock one) => new()
    {
        ["id"] = one.Id,
        ["path"] = one.Path,
        ["locked_at"] = one.LockedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["owner"] = new JsonObject { ["name"] = one.Owner },
    };

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
