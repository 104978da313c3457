using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph.Types;

/// <summary>Releases.</summary>
internal sealed class ReleaseTypes : IGraphTypes
{
    public void Add(GraphTable table) => table.Type<ReleaseSource>("Release", "contents=read")
        .Field("id", static source => NodeIds.Of("RE", source.Repository.Id, source.Release.Id))
        .Field("databaseId", static source => AccountTypes.Number(source.Release.Id))
        .Field("name", static source => source.Release.Name)
        .Field("tagName", static source => source.Release.Tag)
        .Field("description", static source => source.Release.Body)
        .Field("isDraft", static source => source.Release.Draft)
        .Field("isPrerelease", static source => source.Release.Prerelease)
        .Field("isLatest", static (source, field) => Visible(source.Repository, field).FirstOrDefault(static one => one is { Draft: false, Prerelease: false })?.Id == source.Release.Id)
        .Field("createdAt", static source => GitHubAnswer.Time(source.Release.CreatedAt))
        .Field("publishedAt", static source => source.Release.Draft ? null : GitHubAnswer.Time(source.Release.CreatedAt))
        .Field("url", static (source, field) => field.Call.Links.To(source.Repository).Page("releases/tag/" + Links.Path(source.Release.Tag)))
        .Field("author", static source => new AccountSource(source.Release.Author, "User"))
        .Field("releaseAssets", static (source, field) => GraphConnection.Of(field, source.Release.Assets, asset => Asset(asset, source, field)));

    /// <summary>Newest first; drafts only for those who may write.</summary>
    public static List<ReleaseRecord> Visible(SandboxRepository repository, GraphField field) =>
        [.. field.Call.Records(repository).Releases
            .Where(release => !release.Draft || field.Call.Token.Allows("contents", PermissionLevel.Write))
            .OrderByDescending(static release => release.CreatedAt).ThenByDescending(static release => release.Tag, StringComparer.Ordinal)];

    private static Dictionary<string, object?> Asset(AssetRecord asset, ReleaseSource source, GraphField field) => new()
    {
        ["id"] = NodeIds.Of("RA", source.Repository.Id, asset.Id),
        ["name"] = asset.Name,
        ["size"] = asset.Content.Length,
        ["contentType"] = asset.ContentType,
        ["downloadUrl"] = field.Call.Links.To(source.Repository).Page($"releases/download/{Links.Path(source.Release.Tag)}/{Links.Path(asset.Name)}"),
        ["url"] = field.Call.Links.To(source.Repository).Api($"releases/assets/{asset.Id}"),
        ["downloadCount"] = 0,
        ["createdAt"] = GitHubAnswer.Time(asset.CreatedAt),
    };
}
