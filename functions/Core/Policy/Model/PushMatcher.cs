using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>
/// The <c>push</c> of a deny or approve entry: every key present must hold. What is not known of an update holds, whichever value
/// is asked for, because these entries only ever take away or slow down; only a preliminary look lets it wait.
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

    /// <summary>More bytes than this are sent.</summary>
    public long? Larger { get; init; }

    public EmailGlobs? Authors { get; init; }

    public EmailGlobs? OtherAuthors { get; init; }

    /// <summary>True: some commit carries no signature. False: every commit carries one; of none at all that is true.</summary>
    public bool? Unsigned { get; init; }

    /// <summary>True: it adds a secret. False: it adds none.</summary>
    public bool? Secrets { get; init; }

    /// <summary>What matches, in words; null when some key does not hold.</summary>
    public string? Match(RefUpdate update, Unknown unknown)
    {
        var found = new List<string>();
        var holds = Add(found, Refs.IsEmpty, Refs.FirstOrDefault(glob => glob.IsMatch(update.Ref.Value)) is { } glob ? Moves(update.Ref, glob.ToString()) : null)
            && Add(found, Delete is null, Is(Delete, update.IsDelete, "it deletes the ref", "it does not delete the ref"))
            && Add(found, Create is null, Is(Create, update.IsCreate, "it creates the ref", "it does not create the ref"))
            && Add(found, Force is null, IsForce(update.Forced, unknown))
            && Add(found, Tags is null, Is(Tags, update.Ref.IsTag, "the ref is a tag", "the ref is not a tag"))
            && Add(found, Paths is null, Paths?.Match(update.ChangedPaths, unknown))
            && Add(found, Larger is null, IsLarger(update.Size, unknown))
            && Add(found, Authors is null, Authors?.MatchAny(update.Commits, unknown))
            && Add(found, OtherAuthors is null, OtherAuthors?.MatchOther(update.Commits, unknown))
            && Add(found, Unsigned is null, IsUnsigned(update.Commits, unknown))
            && Add(found, Secrets is null, AddsSecrets(update.AddedSecrets, unknown));
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

    private static string Moves(RefName name, string glob) => $"it moves {Shown.Short(name.Value)}{(glob == name.Value ? "" : $" ({glob})")}";

    private static string? Is(bool? wanted, bool actual, string yes, string no) => wanted != actual ? null : actual ? yes : no;

    private string? IsForce(bool? forced, Unknown unknown) => (Force, forced) switch
    {
        (null, _) => null,
        (_, null) => unknown.Means("whether it drops commits cannot be computed beforehand"),
        (true, true) => "it drops commits (force)",
        (false, false) => "it drops no commits",
        _ => null,
    };

    private string? IsLarger(long? size, Unknown unknown) => (Larger, size) switch
    {
        (null, _) => null,
        (_, null) => unknown.Means("how much it sends cannot be computed beforehand"),
        ({ } most, { } sent) when sent > most => string.Create(CultureInfo.InvariantCulture, $"it sends {sent} bytes, more than {most}"),
        _ => null,
    };

    private string? AddsSecrets(IReadOnlyCollection<AddedSecret>? secrets, Unknown unknown) => (Secrets, secrets) switch
    {
        (null, _) => null,
        (_, null) => unknown.Means("whether it adds secrets cannot be computed beforehand"),
        (true, { Count: > 0 }) => SecretWords.Adds(secrets),
        (false, { Count: 0 }) => "it adds no secret",
        _ => null,
    };

    private string? IsUnsigned(IReadOnlyCollection<CommitFacts>? commits, Unknown unknown)
    {
        if (Unsigned is null)
        {
            return null;
        }

        if (commits is null)
        {
            return unknown.Means("whether its commits are signed cannot be computed beforehand");
        }

        var bare = commits.FirstOrDefault(static commit => !commit.HasSignature);
        return Is(Unsigned, bare is not null, $"its commit {bare?.Id.Hex[..7]} carries no signature", "none of its commits lacks a signature");
    }
}
