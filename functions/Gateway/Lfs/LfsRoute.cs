using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Lfs;

/// <summary>What a request line asks for (git-lfs, docs/api).</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Task">What is to be done.</param>
/// <param name="Object">The object, of a transfer; null otherwise.</param>
/// <param name="LockId">The lock, where one is named in the path; null otherwise.</param>
/// <param name="Query">The query as sent, without its question mark; only a list of locks has one.</param>
internal sealed record LfsRoute(RepositoryName Repository, LfsTask Task, LfsObject? Object, string? LockId, string Query)
{
    private const string DotGit = ".git";
    private const int MaxLockIdLength = 100;

    /// <summary>
    /// Parses the request line as the client sent it. A path that could be read in two ways is refused, not normalized. An object's address names the object and nothing else:
    /// whoever has it has no right by it.
    /// </summary>
    public static Outcome<LfsRoute> Parse(HttpRequest request)
    {
        var (path, query) = Target(request);
        if (path is not ['/', .. var rest] || !rest.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_'))
        {
            return Refusals.Malformed("The path is not one of LFS: letters, digits, '-', '_' and '.' only, nothing encoded.");
        }

        if (rest.Split('/') is not [var owner, var name, "info", "lfs", .. var asked])
        {
            return Refusals.Malformed("The path is not below /owner/repository/info/lfs.");
        }

        if (Known(request.Method, asked) is not var (task, named, lockId))
        {
            return new Refusal(Stage.Classify, RefusalKind.NotFound, new CallerText("There is no such request of LFS here."), $"not known: {request.Method} {string.Join('/', asked)}");
        }

        if (query.Length > 0 && task != LfsTask.ListLocks)
        {
            return Refusals.Malformed("Only a list of locks takes a query.");
        }

        // A name that GitHub could not have given is answered as one that is not there.
        var bare = name.EndsWith(DotGit, StringComparison.Ordinal) ? name[..^DotGit.Length] : name;
        return RepositoryName.TryCreate(owner, bare, out var repository)
            ? new LfsRoute(repository, task, named, lockId, query)
            : Refusals.Unknown(Stage.Classify, "The path names no repository that GitHub could have.");
    }

    private static (LfsTask Task, LfsObject? Object, string? LockId)? Known(string method, string[] asked) => (method, asked) switch
    {
        ("POST", ["objects", "batch"]) => (LfsTask.Batch, null, null),
        ("GET", ["objects", var oid, var size]) when LfsObject.TryParse(oid, size, out var named) => (LfsTask.Download, named, null),
        ("PUT", ["objects", var oid, var size]) when LfsObject.TryParse(oid, size, out var named) => (LfsTask.Upload, named, null),
        ("POST", ["objects", var oid, var size, "verify"]) when LfsObject.TryParse(oid, size, out var named) => (LfsTask.Verify, named, null),
        ("GET", ["locks"]) => (LfsTask.ListLocks, null, null),
        ("POST", ["locks"]) => (LfsTask.CreateLock, null, null),
        ("POST", ["locks", "verify"]) => (LfsTask.VerifyLocks, null, null),
        ("POST", ["locks", { Length: > 0 and <= MaxLockIdLength } id, "unlock"]) when id is not ("." or "..") => (LfsTask.Unlock, null, id),
        _ => null,
    };

    private static (string Path, string Query) Target(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(raw))
        {
            return (request.PathBase.Add(request.Path).Value ?? "", (request.QueryString.Value ?? "").TrimStart('?'));
        }

        var question = raw.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (raw, "") : (raw[..question], raw[(question + 1)..]);
    }
}

/// <summary>What LFS can be asked for.</summary>
internal enum LfsTask
{
    /// <summary><c>POST objects/batch</c>: how to transfer objects.</summary>
    Batch,

    /// <summary><c>GET objects/OID/SIZE</c>.</summary>
    Download,

    /// <summary><c>PUT objects/OID/SIZE</c>.</summary>
    Upload,

    /// <summary><c>POST objects/OID/SIZE/verify</c>: the upload is done.</summary>
    Verify,

    /// <summary><c>POST locks</c>.</summary>
    CreateLock,

    /// <summary><c>GET locks</c>.</summary>
    ListLocks,

    /// <summary><c>POST locks/verify</c>: a list, before a push.</summary>
    VerifyLocks,

    /// <summary><c>POST locks/ID/unlock</c>.</summary>
    Unlock,
}
