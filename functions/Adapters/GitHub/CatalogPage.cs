using System.Text.Json;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Reads GitHub's lists of installations and of their repositories.</summary>
internal static class CatalogPage
{
    /// <summary>What the broker's own token may do there, or may clone with, says nothing of the repository.</summary>
    private static readonly string[] LeftOut = ["permissions", "temp_clone_token"];

    /// <summary>The installations that are not suspended, by id, and how many there were in all; null when the answer is no list of them.</summary>
    public static (IReadOnlyList<long> Ids, int Count)? Installations(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var ids = new List<long>();
        foreach (var installation in answer.EnumerateArray())
        {
            if (installation.ValueKind != JsonValueKind.Object || !installation.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number) || number <= 0)
            {
                return null;
            }

            if (!installation.TryGetProperty("suspended_at", out var suspended) || suspended.ValueKind == JsonValueKind.Null)
            {
                ids.Add(number);
            }
        }

        return (ids, answer.GetArrayLength());
    }

    /// <summary>
    /// The repositories, and how many there were in all: one of a name that <see cref="Core.Operations.RepositoryName"/> does not take can be asked for by nobody, and is left out. Null when the
    /// answer is no list of repositories.
    /// </summary>
    public static (IReadOnlyList<CatalogRepository> Repositories, int Count)? Repositories(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("repositories", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var repositories = new List<CatalogRepository>();
        foreach (var repository in list.EnumerateArray())
        {
            if (repository.ValueKind != JsonValueKind.Object || !repository.TryGetProperty("full_name", out var name) || name.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            if (MintAnswer.ReadRepository(repository) is { } identity)
            {
                repositories.Add(new(identity, Described(repository)));
            }
        }

        return (repositories, list.GetArrayLength());
    }

    private static byte[] Described(JsonElement repository)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var property in repository.EnumerateObject().Where(static property => !LeftOut.Contains(property.Name)))
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }
}
