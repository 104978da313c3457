using System.Text.Json.Serialization;

namespace CursorBroker.Adapters.GitHub;

/// <summary>
/// The body of a mint for all repositories of an installation: it names none, which GitHub takes for all, and one permission, with which nothing but names and descriptions can be
/// read. Nothing in it can be set, so that nobody mints more with it; every other token is minted with <see cref="MintBody"/>.
/// </summary>
internal sealed class CatalogMintBody
{
    private CatalogMintBody()
    {
    }

    public static CatalogMintBody Instance { get; } = new();

    /// <summary><c>metadata:read</c>, which GitHub gives every token anyway.</summary>
    [JsonPropertyName("permissions")]
    public IReadOnlyDictionary<string, string> Permissions { get; } = new Dictionary<string, string> { ["metadata"] = "read" }.AsReadOnly();
}
