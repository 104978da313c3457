using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Objects;

/// <summary>Commits and annotated tags of the git database.</summary>
internal sealed class CommitObjectRoutes(GitReader git, GitWriter writer) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("git/commits/{sha}", "contents=read", CommitAsync);
        table.Post("git/commits", "contents=write", CreateCommitAsync);
        table.Get("git/tags/{sha}", "contents=read", TagAsync);
        table.Post("git/tags", "contents=write", CreateTagAsync);
    }

    /// <summary>The person a body names; else the App's bot, now.</summary>
    public static GitPerson Person(RestBody? body, GitPerson otherwise)
    {
        if (body is null)
        {
            return otherwise;
        }

        var date = body.Text("date") is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : otherwise.At;
        return new GitPerson(body.Text("name") ?? otherwise.Name, body.Text("email") ?? otherwise.Email, date);
    }

    private async Task<RestAnswer> CommitAsync(RestCall call) =>
        RefNames.IsId(call["sha"]) && await git.ObjectAsync(call.Repository, call["sha"], call.Cancelled).ConfigureAwait(false) is { Type: "commit" } found
            ? RestAnswer.Of(CommitJson.Git(GitCommit.Parse(found), call.Repository, call.Links))
            : RestAnswer.NotFound;

    private async Task<RestAnswer> CreateCommitAsync(RestCall call)
    {
        var body = call.Body;
        var (message, tree, parents) = (body.RequiredText("message"), body.RequiredText("tree"), body.Texts("parents") ?? []);
        var author = Person(body.Part("author"), Accounts.BotPerson(call.Records.Now));
        var committer = Person(body.Part("committer"), body.Has("author") ? author : Accounts.GitHub(call.Records.Now));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!RefNames.IsId(tree) || (await git.CheckAsync(call.Repository, [tree], call.Cancelled).ConfigureAwait(false))[0] is not { Type: "tree" })
        {
            return RestAnswer.Unprocessable("Tree SHA does not exist");
        }

        if (parents.Count > 0 && (!parents.All(RefNames.IsId) || (await git.CheckAsync(call.Repository, parents, call.Cancelled).ConfigureAwait(false)).Any(static one => one?.Type != "commit")))
        {
            return RestAnswer.Unprocessable("Parent SHA does not exist or is not a commit object");
        }

        var id = await writer.CommitAsync(call.Repository, tree, parents, author, committer, message, call.Cancelled).ConfigureAwait(false);
        var commit = await git.ReadCommitAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false);
        return RestAnswer.Created(CommitJson.Git(commit, call.Repository, call.Links), new Uri(call.Here.Api("git/commits/" + id)));
    }

    private async Task<RestAnswer> TagAsync(RestCall call) =>
        RefNames.IsId(call["sha"]) && await git.ObjectAsync(call.Repository, call["sha"], call.Cancelled).ConfigureAwait(false) is { Type: "tag" } found
            ? RestAnswer.Of(Json(GitTag.Parse(found), call))
            : RestAnswer.NotFound;

    private async Task<RestAnswer> CreateTagAsync(RestCall call)
    {
        var body = call.Body;
        var (name, message, target, type) = (body.RequiredText("tag"), body.RequiredText("message"), body.RequiredText("object"), body.RequiredText("type"));
        var tagger = Person(body.Part("tagger"), Accounts.BotPerson(call.Records.Now));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!RefNames.IsId(target) || (await git.CheckAsync(call.Repository, [target], call.Cancelled).ConfigureAwait(false))[0] is not { } found || found.Type != type)
        {
            return RestAnswer.Unprocessable("Object does not exist");
        }

        return RefNames.IsPlain(name) && await writer.TagAsync(call.Repository, name, target, type, tagger, message, call.Cancelled).ConfigureAwait(false) is { } id
            ? RestAnswer.Created(
                Json(GitTag.Parse((await git.ObjectAsync(call.Repository, id, call.Cancelled).ConfigureAwait(false))!), call), new Uri(call.Here.Api("git/tags/" + id)))
            : RestAnswer.Invalid("Tag", "tag", "invalid");
    }

    private static JsonObject Json(GitTag tag, RestCall call) => new()
    {
        ["node_id"] = NodeIds.Of("TA", call.Repository.Id, tag.Id),
        ["tag"] = tag.Name,
        ["sha"] = tag.Id,
        ["url"] = call.Here.Api("git/tags/" + tag.Id),
        ["message"] = tag.Message,
        ["tagger"] = CommitJson.Person(tag.Tagger),
        ["object"] = new JsonObject { ["sha"] = tag.Object, ["type"] = tag.ObjectType, ["url"] = call.Here.Api($"git/{tag.ObjectType}s/{tag.Object}") },
        ["verification"] = CommitJson.Verification(),
    };
}
