using System.Text.Json;
using System.Text.Json.Serialization;
using Octokit.Internal;

namespace CursorBroker.Adapters.GitHub;

/// <summary>System.Text.Json for Octokit's connection: exactly the names written on the types, and duplicate properties are an error.</summary>
internal sealed class GitHubJson : IJsonSerializer
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
    };

    /// <inheritdoc/>
    public string Serialize(object item) => JsonSerializer.Serialize(item, item.GetType(), Options);

    /// <inheritdoc/>
    public T Deserialize<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
