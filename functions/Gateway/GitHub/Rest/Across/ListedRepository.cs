using System.Globalization;
using System.Text.Json;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>A repository of a list, with what lists are chosen and sorted by.</summary>
internal sealed record ListedRepository(CatalogRepository Repository, bool IsPrivate, bool IsFork, DateTimeOffset? Created, DateTimeOffset? Updated, DateTimeOffset? Pushed)
{
    public RepositoryName Name => Repository.Identity.Name;

    public static ListedRepository Of(CatalogRepository repository)
    {
        using var json = JsonDocument.Parse(repository.Json);
        var root = json.RootElement;

        // What does not say that it is public is taken for private.
        return new(
            repository, root.Child("private") is not { ValueKind: JsonValueKind.False }, root.Child("fork") is { ValueKind: JsonValueKind.True },
            Time(root.Child("created_at")), Time(root.Child("updated_at")), Time(root.Child("pushed_at")));
    }

    private static DateTimeOffset? Time(JsonElement? value) => TimeOf(value.Text());

    internal static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
