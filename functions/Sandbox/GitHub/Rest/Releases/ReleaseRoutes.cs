using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Releases;

/// <summary>Releases. Publishing one makes its tag when there is none.</summary>
internal sealed class ReleaseRoutes(GitReader git, GitWriter writer, WorkflowRule workflows) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("releases", "contents=read", static call => Task.FromResult(RestAnswer.List([.. Visible(call)], release => ReleaseJson.Of(release, call))));
        table.Get("releases/latest", "contents=read", static call => One(call, Visible(call).FirstOrDefault(static release => release is { Draft: false, Prerelease: false })));
        table.Get("releases/tags/{tag*}", "contents=read", static call => One(call, Visible(call).FirstOrDefault(release => !release.Draft && release.Tag == call["tag"])));
        table.Get("releases/{id:n}", "contents=read", static call => One(call, Visible(call).FirstOrDefault(release => release.Id == call.Number("id"))));
        table.Post("releases", "contents=write; contents=write,workflows=write", CreateAsync);
        table.Patch("releases/{id:n}", "contents=write", UpdateAsync);
        table.Delete("releases/{id:n}", "contents=write", static call => Task.FromResult(Delete(call)));
        table.Post("releases/generate-notes", "contents=write", static call => Task.FromResult(Notes(call)));
    }

    // Drafts are for those who may write. Newest first.
    private static IEnumerable<ReleaseRecord> Visible(RestCall call) => call.Records.Releases
        .Where(release => !release.Draft || call.Token?.Allows("contents", PermissionLevel.Write) == true)
        .OrderByDescending(static release => release.CreatedAt)
        .ThenByDescending(static release => release.Tag, StringComparer.Ordinal);

    private static Task<RestAnswer> One(RestCall call, ReleaseRecord? release) =>
        Task.FromResult(release is null ? RestAnswer.NotFound : RestAnswer.Of(ReleaseJson.Of(release, call)));

    private static RestAnswer Delete(RestCall call)
    {
        if (call.Records.Release(call.Number("id")) is null)
        {
            return RestAnswer.NotFound;
        }

        call.Records.RemoveRelease(call.Number("id"));
        return RestAnswer.NoContent;
    }

    private static RestAnswer Notes(RestCall call)
    {
        var tag = call.Body.RequiredText("tag_name");
        return call.Body.Refusal ?? RestAnswer.Of(new JsonObject
        {
            ["name"] = tag,
            ["body"] = $"**Full Changelog**: {call.Here.Page("commits/" + Links.Path(tag))}",
        });
    }

    private async Task<RestAnswer> CreateAsync(RestCall call)
    {
        var body = call.Body;
        var release = Filled(
            new ReleaseRecord
            {
                Id = call.Records.NextId("release"),
                Tag = body.RequiredText("tag_name"),
                Target = RepositoryJson.DefaultBranch(call.Repository),
                Name = null,
                Body = null,
                Author = Accounts.Bot,
                CreatedAt = call.Records.Now,
            },
            body);
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        return call.Records.Releases.Any(one => one.Tag == release.Tag && !one.Draft)
            ? RestAnswer.Invalid("Release", "tag_name", "already_exists")
            : await PublishAsync(call, release).ConfigureAwait(false) is { } wrong
                ? wrong
                : RestAnswer.Created(ReleaseJson.Of(call.Records.PutRelease(release), call), new Uri(call.Here.Api($"releases/{release.Id}")));
    }

    private async Task<RestAnswer> UpdateAsync(RestCall call)
    {
        if (call.Records.Release(call.Number("id")) is not { } old)
        {
            return RestAnswer.NotFound;
        }

        var release = Filled(old with { Tag = call.Body.Text("tag_name") ?? old.Tag }, call.Body);
        return call.Body.Refusal
            ?? await PublishAsync(call, release).ConfigureAwait(false)
            ?? RestAnswer.Of(ReleaseJson.Of(call.Records.PutRelease(release), call));
    }

    private static ReleaseRecord Filled(ReleaseRecord release, RestBody body) => release with
    {
        Target = body.Text("target_commitish") is { Length: > 0 } target ? target : release.Target,
        Name = body.Names("name") ? body.Text("name") : release.Name,
        Body = body.Names("body") ? body.Text("body") : release.Body,
        Draft = body.Flag("draft") ?? release.Draft,
        Prerelease = body.Flag("prerelease") ?? release.Prerelease,
    };

    // Null when the tag is there, or is now.
    private async Task<RestAnswer?> PublishAsync(RestCall call, ReleaseRecord release)
    {
        var tag = "refs/tags/" + release.Tag;
        if (!RefNames.IsPlain(tag))
        {
            return RestAnswer.Invalid("Release", "tag_name", "custom", "tag_name is not a valid tag");
        }

        if (release.Draft || await git.RefAsync(call.Repository, tag, call.Cancelled).ConfigureAwait(false) is not null)
        {
            return null;
        }

        if (await git.CommitAsync(call.Repository, release.Target, call.Cancelled).ConfigureAwait(false) is not { } commit)
        {
            return RestAnswer.Invalid("Release", "target_commitish", "invalid");
        }

        if (!await workflows.AllowsAsync(call.Repository, call.Token, null, commit, call.Cancelled).ConfigureAwait(false))
        {
            return RestAnswer.Forbidden;
        }

        return await writer.MoveAsync(call.Repository, [new RefMove(tag, commit, GitWriter.NoObject)], call.Cancelled).ConfigureAwait(false)
            ? null
            : RestAnswer.Invalid("Release", "tag_name", "custom", "tag_name is not a valid tag");
    }
}
