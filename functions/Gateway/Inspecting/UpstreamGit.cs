using System.Reflection;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What the broker sends to the upstream's git, whoever it is for.</summary>
internal static class UpstreamGit
{
    private const string VersionHeader = "Git-Protocol";
    private const string Version2 = "version=2";

    /// <summary>The broker's name in the protocol's <c>agent</c> capability.</summary>
    public static string Agent { get; } =
        $"CursorBroker/{typeof(UpstreamGit).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? "0"}";

    /// <summary>A POST to one of the upstream's services.</summary>
    public static UpstreamExchange Post(RepositoryIdentity repository, GitService service, Stream body, bool isV2, Func<BodyMask, BodyFilter>? masking = null)
    {
        var name = GitServices.NameOf(service);
        var result = $"application/x-{name}-result";
        return new()
        {
            Face = UpstreamFace.Git,
            Method = HttpMethod.Post,
            PathAndQuery = $"{PathOf(repository)}/{name}",
            Headers = [new("Content-Type", $"application/x-{name}-request"), new("Accept", result), .. Version(isV2)],
            Body = body,
            Answer = new TypedAnswer(result, AnswerForm.Framed) { Masking = masking },
        };
    }

    /// <summary>The header that asks for version 2 of the protocol (gitprotocol-http(5)); none for version 0.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Version(bool isV2) => isV2 ? [new(VersionHeader, Version2)] : [];

    /// <summary>The repository's path, without a leading slash.</summary>
    public static string PathOf(RepositoryIdentity repository) => $"{repository.Name.Owner}/{repository.Name.Name}.git";
}
