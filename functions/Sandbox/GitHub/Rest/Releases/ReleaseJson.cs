using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Releases;

/// <summary>GitHub's JSON for releases and their files.</summary>
internal static class ReleaseJson
{
    public static JsonObject Of(ReleaseRecord release, RestCall call)
    {
        var tag = Links.Path(release.Tag);
        return new JsonObject
        {
            ["url"] = call.Here.Api($"releases/{release.Id}"),
            ["assets_url"] = call.Here.Api($"releases/{release.Id}/assets"),
            ["upload_url"] = call.Here.Upload($"releases/{release.Id}/assets{{?name,label}}"),
            ["html_url"] = call.Here.Page("releases/tag/" + tag),
            ["id"] = release.Id,
            ["author"] = Accounts.Json(release.Author, call.Links),
            ["node_id"] = NodeIds.Of("RE", call.Repository.Id, release.Id),
            ["tag_name"] = release.Tag,
            ["target_commitish"] = release.Target,
            ["name"] = release.Name,
            ["draft"] = release.Draft,
            ["prerelease"] = release.Prerelease,
            ["created_at"] = GitHubAnswer.Time(release.CreatedAt),
            ["published_at"] = release.Draft ? null : GitHubAnswer.Time(release.CreatedAt),
            ["assets"] = new JsonArray([.. release.Assets.Select(asset => (JsonNode?)Of(asset, release, call))]),
            ["tarball_url"] = release.Draft ? null : call.Here.Api("tarball/" + tag),
            ["zipball_url"] = release.Draft ? null : call.Here.Api("zipball/" + tag),
            ["body"] = release.Body,
        };
    }

    public static JsonObject Of(AssetRecord asset, ReleaseRecord release, RestCall call) => new()
    {
        ["url"] = call.Here.Api($"releases/assets/{asset.Id}"),
        ["id"] = asset.Id,
        ["node_id"] = NodeIds.Of("RA", call.Repository.Id, asset.Id),
        ["name"] = asset.Name,
        ["label"] = asset.Label,
        ["uploader"] = Accounts.Json(asset.Uploader, call.Links),
        ["content_type"] = asset.ContentType,
        ["state"] = "uploaded",
        ["size"] = asset.Content.Length,
        ["digest"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(asset.Content)),
        ["download_count"] = 0,
        ["created_at"] = GitHubAnswer.Time(asset.CreatedAt),
        ["updated_at"] = GitHubAnswer.Time(asset.CreatedAt),
        ["browser_download_url"] = call.Here.Page($"releases/download/{Links.Path(release.Tag)}/{Links.Path(asset.Name)}"),
    };
}
