using System.Collections.Immutable;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>What the vault said about a secret.</summary>
/// <param name="Versions">Usable versions, newest first.</param>
/// <param name="Problem">Why there is none; null when there is one.</param>
internal sealed record VaultAnswer(ImmutableArray<SecretVersion> Versions, VaultProblem? Problem)
{
    public static VaultAnswer None(VaultProblem problem) => new([], problem);
}

/// <summary>What is wrong. Holds no secret.</summary>
/// <param name="Kind">Whether the vault spoke.</param>
/// <param name="Text">A sentence or two that say how to mend it.</param>
/// <param name="RetryAfter">How long the vault wants to be left alone; null when it did not say.</param>
internal sealed record VaultProblem(VaultProblemKind Kind, string Text, TimeSpan? RetryAfter = null);

internal enum VaultProblemKind
{
    /// <summary>The vault says that there is no such secret, or none that may be used: what was known of it is over.</summary>
    NoSecret,

    /// <summary>The vault could not be asked or would not answer: what was known of it still counts.</summary>
    Unavailable,
}
