using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Refs as calls name them. A branch's short name that begins like a full one could be read in two ways, as <c>refs/heads/main</c> and as
/// <c>refs/heads/refs/heads/main</c>, and is not read at all.
/// </summary>
internal static class RefNames
{
    /// <summary>A branch by its short name.</summary>
    public static Outcome<RefName> Branch(string name) => Short(name, "refs/heads/", "branch");

    /// <summary>A tag by its short name.</summary>
    public static Outcome<RefName> Tag(string name) => Short(name, "refs/tags/", "tag");

    /// <summary>A ref by its full name.</summary>
    public static Outcome<RefName> Full(string name) => RefName.TryParse(name, out var full) && !IsDoubled(full)
        ? full
        : Refusals.Malformed($"'{name}' is not a full ref name, such as refs/heads/main.");

    /// <summary>A ref by its name without <c>refs/</c>, as in <c>git/refs/heads/main</c>.</summary>
    public static Outcome<RefName> BelowRefs(string name) => Full($"refs/{name}");

    private static Outcome<RefName> Short(string name, string prefix, string what) => RefName.TryParse(prefix + name, out var full) && !IsFull(name)
        ? full
        : Refusals.Malformed($"'{name}' is not the name of a {what} without {prefix} before it.");

    private static bool IsDoubled(RefName name) => IsFull(name.Value["refs/".Length..], onlyRefs: true);

    private static bool IsFull(string name, bool onlyRefs = false) =>
        name.StartsWith("refs/", StringComparison.OrdinalIgnoreCase)
        || (!onlyRefs && (name.StartsWith("heads/", StringComparison.OrdinalIgnoreCase) || name.StartsWith("tags/", StringComparison.OrdinalIgnoreCase)));
}
