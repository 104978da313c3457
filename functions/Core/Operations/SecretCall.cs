using System.Collections.Immutable;

namespace CursorBroker.Core.Operations;

/// <summary>One thing done with secrets of a vault: with the one that the target names, or with all that its caller may list.</summary>
/// <param name="Verb">What is done.</param>
public sealed record SecretCall(SecretVerb Verb) : OperationDetails
{
    /// <summary>Where its value goes, unseen; only, and always, for <see cref="SecretVerb.Use"/>.</summary>
    public SecretUse? To { get; init; }

    /// <summary>The repository that its value goes into; only, and always, with <see cref="To"/>.</summary>
    public RepositoryName? Into { get; init; }

    /// <summary>
    /// For <see cref="SecretVerb.GetMasked"/>: reads the value itself where the policy gives that and no mask. It is how a client asks that knows of no masks.
    /// </summary>
    public bool OrValue { get; init; }

    /// <inheritdoc/>
    public override string Name => $"secret.{SecretVerbs.WordOf(Verb)}";

    /// <summary>The verb, as the policy's language has it, and for a use what for and where to.</summary>
    public override string ToString() => $"{SecretVerbs.WordOf(Verb)}{(To is { } to ? $" for {SecretVerbs.WordOf(to)}" : "")}{(Into is { } into ? $" of {into}" : "")}";
}

/// <summary>What can be done with a secret. The policy's language has a word for each.</summary>
public enum SecretVerb
{
    /// <summary>Learning that it is there: its name, versions, times and tags. No value.</summary>
    List,

    /// <summary>Learning the shape of its value, and whether it is the same as another one's.</summary>
    GetMasked,

    /// <summary>Having the value.</summary>
    Get,

    /// <summary>Having the broker put the value where it is needed.</summary>
    Use,

    /// <summary>Giving it a new version, changing what is said of one, bringing it back after it was deleted.</summary>
    Set,

    /// <summary>Deleting it.</summary>
    Delete,
}

/// <summary>Where a value may go unseen.</summary>
public enum SecretUse
{
    /// <summary>Into a secret of GitHub Actions, Dependabot or an environment, sealed with the repository's public key.</summary>
    GitHubActionsSecret,
}

/// <summary>The policy's words for verbs and uses.</summary>
public static class SecretVerbs
{
    /// <summary>Every verb, by its word.</summary>
    public static ImmutableSortedDictionary<string, SecretVerb> Verbs { get; } =
        Enum.GetValues<SecretVerb>().ToImmutableSortedDictionary(WordOf, static verb => verb, StringComparer.Ordinal);

    /// <summary>Every use, by its word.</summary>
    public static ImmutableSortedDictionary<string, SecretUse> Uses { get; } =
        Enum.GetValues<SecretUse>().ToImmutableSortedDictionary(WordOf, static use => use, StringComparer.Ordinal);

    /// <summary>The word for a verb.</summary>
    public static string WordOf(SecretVerb verb) => verb switch
    {
        SecretVerb.List => "list",
        SecretVerb.GetMasked => "get-masked",
        SecretVerb.Get => "get",
        SecretVerb.Use => "use",
        SecretVerb.Set => "set",
        SecretVerb.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(verb)),
    };

    /// <summary>The word for a use.</summary>
    public static string WordOf(SecretUse use) => use switch
    {
        SecretUse.GitHubActionsSecret => "github-actions-secret",
        _ => throw new ArgumentOutOfRangeException(nameof(use)),
    };
}
