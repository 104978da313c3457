using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>Requests to the upstream's own LFS server.</summary>
internal static class UpstreamLfs
{
    public static UpstreamExchange Get(RepositoryIdentity repository, string pathAndQuery, AnswerRules answer) => new()
    {
        Face = UpstreamFace.Git,
        Method = HttpMethod.Get,
        PathAndQuery = PathOf(repository, pathAndQuery),
        Headers = [new("Accept", LfsMedia.Type)],
        Answer = answer,
    };

    public static UpstreamExchange Post(RepositoryIdentity repository, string path, byte[] json, AnswerRules answer) => new()
    {
        Face = UpstreamFace.Git,
        Method = HttpMethod.Post,
        PathAndQuery = PathOf(repository, path),
        Headers = [new("Accept", LfsMedia.Type), new("Content-Type", LfsMedia.Type), new("Content-Length", json.Length.ToString(CultureInfo.InvariantCulture))],
        Body = new MemoryStream(json, writable: false),
        Answer = answer,
    };

    public static string PathOf(RepositoryIdentity repository, string path) => $"{UpstreamGit.PathOf(repository)}/info/lfs/{path}";
}
