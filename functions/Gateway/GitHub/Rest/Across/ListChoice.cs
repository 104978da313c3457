using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Across;

/// <summary>
/// Which repositories a list is asked for, and in which order, by the parameters that GitHub documents for it. A caller owns none of them and is a member of the owner of each.
/// </summary>
/// <param name="Fits">Whether a repository is asked for.</param>
/// <param name="Sort">The order.</param>
internal sealed record ListChoice(Func<ListedRepository, bool> Fits, Func<IEnumerable<ListedRepository>, IEnumerable<ListedRepository>> Sort)
{
    private static readonly string[] Types = ["all", "owner", "member", "public", "private", "internal", "forks", "sources"];
    private static readonly string[] Affiliations = ["owner", "collaborator", "organization_member"];

    /// <summary>Reads the parameters; null and a reason when one of them is none that GitHub documents.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isOfAnOwner">Whether the list is one owner's: then all of it is owned by who is asked about.</param>
    /// <param name="usualSort">How it is sorted unless told.</param>
    /// <param name="refusal">The reason.</param>
    public static ListChoice? Of(IReadOnlyCollection<KeyValuePair<string, string>> query, bool isOfAnOwner, string usualSort, out Refusal? refusal)
    {
        var visibility = Value("visibility", "all");
        var type = Value("type", "all");
        var affiliations = Value("affiliation", string.Join(',', Affiliations)).Split(',', StringSplitOptions.TrimEntries);
        var sort = Value("sort", usualSort);
        var direction = Value("direction", sort == "full_name" ? "asc" : "desc");
        var (since, before) = (ListedRepository.TimeOf(Value("since", "")), ListedRepository.TimeOf(Value("before", "")));
        var key = KeyOf(sort);
        refusal = visibility is not ("all" or "public" or "private") ? Unknown("visibility", "all, public or private")
            : !Types.Contains(type) ? Unknown("type", string.Join(", ", Types))
            : affiliations.Except(Affiliations).Any() ? Unknown("affiliation", $"a list of {string.Join(", ", Affiliations)}")
            : key is null ? Unknown("sort", "created, updated, pushed or full_name")
            : direction is not ("asc" or "desc") ? Unknown("direction", "asc or desc")
            : since is null && Value("since", "").Length > 0 ? Unknown("since", "a time (RFC 3339)")
            : before is null && Value("before", "").Length > 0 ? Unknown("before", "a time (RFC 3339)")
            : null;
        if (refusal is not null)
        {
            return null;
        }

        var owned = isOfAnOwner || (type != "owner" && affiliations.Any(static one => one != "owner"));
        return new(
            repository => owned && IsVisible(repository, visibility) && IsOf(repository, type, isOfAnOwner)
                && (since is null || repository.Updated > since) && (before is null || repository.Updated < before),
            all => direction == "asc" ? all.OrderBy(key!) : all.OrderByDescending(key!));

        string Value(string name, string otherwise) => query.FirstOrDefault(pair => pair.Key == name).Value is { Length: > 0 } value ? value : otherwise;

        static Refusal Unknown(string name, string known) => Refusals.Malformed($"The query parameter '{name}' is {known}.");
    }

    private static bool IsVisible(ListedRepository repository, string visibility) => visibility == "all" || repository.IsPrivate == (visibility == "private");

    private static bool IsOf(ListedRepository repository, string type, bool isOfAnOwner) => type switch
    {
        "public" => !repository.IsPrivate,
        "private" or "internal" => repository.IsPrivate,
        "forks" => repository.IsFork,
        "sources" => !repository.IsFork,
        "member" => !isOfAnOwner,
        _ => true,
    };

    private static Func<ListedRepository, string>? KeyOf(string sort) => sort switch
    {
        "full_name" => static repository => repository.Name.ToString().ToLowerInvariant(),
        "created" => static repository => Sortable(repository.Created),
        "updated" => static repository => Sortable(repository.Updated),
        "pushed" => static repository => Sortable(repository.Pushed),
        _ => null,
    };

    private static string Sortable(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
