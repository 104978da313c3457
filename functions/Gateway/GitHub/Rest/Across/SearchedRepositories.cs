using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>
/// Leaves out of a search's answer what is not of the repositories that were searched, and files that the caller may not read. The credential opens those repositories alone, but
/// any credential finds what is public.
/// </summary>
/// <param name="grants">What was granted, repository by repository.</param>
/// <param name="areFiles">Whether what is found are files.</param>
/// <param name="api">The API's base address.</param>
internal sealed class SearchedRepositories(IEnumerable<Grant> grants, bool areFiles, Uri api)
{
    private readonly ImmutableDictionary<RepositoryName, Grant> _grants = grants.ToImmutableDictionary(static grant => grant.Repository);

    /// <summary>Whether some of what could be found is kept from the caller.</summary>
    public bool KeepPaths => areFiles && _grants.Values.Any(static grant => !grant.Readable.IsEverything);

    public void Edit(JsonNode answer)
    {
        var items = answer["items"]?.AsArray() ?? throw new InvalidOperationException("a search's answer has items");
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (!IsShown(items[i]))
            {
                items.RemoveAt(i);
            }
        }
    }

    /// <summary>
    /// As <see cref="Edit"/>, for an answer of which nobody may learn how much was left out: its pages are cut anew from the first hundred hits, and counted anew. That more may be there is said
    /// whether or not there is.
    /// </summary>
    public void EditAndCount(JsonNode answer, ListPage page)
    {
        Edit(answer);
        var items = answer["items"]!.AsArray();
        var count = items.Count;
        JsonNode?[] shown = [.. page.Of([.. items])];
        items.Clear();
        foreach (var item in shown)
        {
            items.Add(item);
        }

        answer["total_count"] = count;
        answer["incomplete_results"] = true;
    }

    private bool IsShown(JsonNode? item) =>
        RepositoryOf(item) is { } name && _grants.TryGetValue(name, out var grant)
        && (!areFiles || grant.Readable.IsEverything || (Text(item?["path"]) is { } path && grant.Readable.MayRead(path)));

    // Code and commits hold their repository, repositories are one, issues and labels point to one.
    private RepositoryName? RepositoryOf(JsonNode? item) =>
        item is not JsonObject ? null
        : item["repository"] is JsonObject repository ? Name(Text(repository["full_name"]))
        : Text(item["full_name"]) is { } fullName ? Name(fullName)
        : PointedTo(Text(item["repository_url"]) ?? Text(item["url"]));

    private RepositoryName? PointedTo(string? url)
    {
        var start = $"{api.AbsoluteUri}repos/";
        return url is not null && url.StartsWith(start, StringComparison.OrdinalIgnoreCase) && url[start.Length..].Split('/') is [var owner, var name, ..]
            && RepositoryName.TryCreate(owner, name, out var repository) ? repository : null;
    }

    private static RepositoryName? Name(string? text) => RepositoryName.TryParse(text, out var name) ? name : null;

    private static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var known) ? known : null;
}
