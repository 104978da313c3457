using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>
/// The <c>push</c> of a deny or approve entry: every key present must hold. What is not known of an update holds, whichever value
/// is asked for, because these entries only ever take away or slow down.
/// </summary>
internal sealed record PushMatcher
{
    /// <summary>Globs over full ref names; empty when the key is absent.</summary>
    public ImmutableArray<Glob> Refs { get; init; } = [];

    public PathGlobs? Paths { get; init; }

    public bool? Delete { get; init; }

    public bool? Create { get; init; }

    public bool? Force { get; init; }

    public bool? Tags { get; init; }

    /// <summary>What matches, in words; null when some key does not hold.</summary>
    public string? Match(RefUpdate update)
    {
        var found = new List<string>();
        var holds = Add(found, Refs.IsEmpty, Refs.FirstOrDefault(glob => glob.IsMatch(update.Ref.Value)) is { } glob ? $"it moves {Shown.Short(update.Ref.Value)} ({glob})" : null)
            && Add(found, Delete is null, Is(Delete, update.IsDelete, "it deletes the ref", "it does not delete the ref"))
            && Add(found, Create is null, Is(Create, update.IsCreate, "it creates the ref", "it does not create the ref"))
            && Add(found, Force is null, IsForce(update.Forced))
            && Add(found, Tags is null, Is(Tags, update.Ref.IsTag, "the ref is a tag", "the ref is not a tag"))
            && Add(found, Paths is null, Paths?.Match(update.ChangedPaths));
        return holds && found.Count > 0 ? string.Join("; ", found) : null;
    }

    private static bool Add(List<string> found, bool absent, string? text)
    {
        if (text is not null)
        {
            found.Add(text);
        }

        return absent || text is not null;
    }

    private static string? Is(bool? wanted, bool actual, string yes, string no) => wanted != actual ? null : actual ? yes : no;

    private string? IsForce(bool? forced) => (Force, forced) switch
    {
        (null, _) => null,
        (_, null) => "whether it drops commits cannot be computed beforehand",
        (true, true) => "it drops commits (force)",
        (false, false) => "it drops no commits",
        _ => null,
    };
}
