using CursorBroker.Sandbox.GitHub.Downloads;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Releases;

/// <summary>A release's files: they come in at <c>/api/uploads/</c> and go out by a signed address.</summary>
internal sealed class AssetRoutes(DownloadTickets tickets) : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("releases/{id:n}/assets", "contents=read", static call => Task.FromResult(
            call.Records.Release(call.Number("id")) is { } release
                ? RestAnswer.List(release.Assets, asset => ReleaseJson.Of(asset, release, call))
                : RestAnswer.NotFound));
        table.Post("releases/{id:n}/assets", "contents=write", UploadAsync);
        table.Get("releases/assets/{id:n}", "contents=read", call => Task.FromResult(Read(call)));
        table.Patch("releases/assets/{id:n}", "contents=write", static call => Task.FromResult(Change(call)));
        table.Delete("releases/assets/{id:n}", "contents=write", static call => Task.FromResult(Delete(call)));
    }

    private static (ReleaseRecord Release, AssetRecord Asset)? Find(RestCall call)
    {
        foreach (var release in call.Records.Releases)
        {
            if (release.Assets.FirstOrDefault(asset => asset.Id == call.Number("id")) is { } asset)
            {
                return (release, asset);
            }
        }

        return null;
    }

    private static async Task<RestAnswer> UploadAsync(RestCall call)
    {
        if (!call.Http.Request.Path.StartsWithSegments("/api/uploads", StringComparison.OrdinalIgnoreCase) || call.Records.Release(call.Number("id")) is not { } release)
        {
            return RestAnswer.NotFound;
        }

        if (call.Query("name") is not { Length: > 0 } name)
        {
            return RestAnswer.Invalid("ReleaseAsset", "name", "missing_field");
        }

        using var content = new MemoryStream();
        await call.Http.Request.Body.CopyToAsync(content, call.Cancelled).ConfigureAwait(false);
        if (content.Length == 0)
        {
            return new RestAnswer.Refused(400, "Bad Content-Length: 0");
        }

        if (release.Assets.Any(asset => asset.Name == name))
        {
            return RestAnswer.Invalid("ReleaseAsset", "name", "already_exists");
        }

        var asset = new AssetRecord(
            call.Records.NextId("asset"), name, call.Query("label"), call.Http.Request.ContentType ?? "application/octet-stream", content.ToArray(), Accounts.Bot, call.Records.Now);
        call.Records.PutRelease(release with { Assets = release.Assets.Add(asset) });
        return RestAnswer.Created(ReleaseJson.Of(asset, release, call));
    }

    private RestAnswer Read(RestCall call) => Find(call) is not var (release, asset) ? RestAnswer.NotFound
        : call.Media.Form != "octet-stream" ? RestAnswer.Of(ReleaseJson.Of(asset, release, call))
        : new RestAnswer.Redirect(tickets.Sign(
            $"{call.Repository.Id}/release-assets/{asset.Id}", new Download(asset.Name, asset.ContentType, _ => Task.FromResult(asset.Content))));

    private static RestAnswer Change(RestCall call)
    {
        var (name, label) = (call.Body.Text("name"), call.Body.Text("label"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (Find(call) is not var (release, asset))
        {
            return RestAnswer.NotFound;
        }

        var changed = asset with { Name = name ?? asset.Name, Label = label ?? asset.Label };
        call.Records.PutRelease(release with { Assets = release.Assets.Replace(asset, changed) });
        return RestAnswer.Of(ReleaseJson.Of(changed, release, call));
    }

    private static RestAnswer Delete(RestCall call)
    {
        if (Find(call) is not var (release, asset))
        {
            return RestAnswer.NotFound;
        }

        call.Records.PutRelease(release with { Assets = release.Assets.Remove(asset) });
        return RestAnswer.NoContent;
    }
}
