using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>The policy's <c>masking</c>, checked for shape; the masker gives it meaning.</summary>
public sealed record MaskingSettings
{
    /// <summary>The settings of a policy that says nothing.</summary>
    public static MaskingSettings Default { get; } = new();

    /// <summary>Field names whose values are masked whatever they look like.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>The policy's own patterns.</summary>
    public ImmutableArray<CustomMask> Custom { get; init; } = [];

    /// <summary>Texts that look like secrets and are none.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>What becomes of a write that adds a secret, where no <c>approve</c> entry asks people about it.</summary>
    public AddedSecrets Added { get; init; } = AddedSecrets.Refuse;
}

/// <summary>What becomes of writes that add secrets.</summary>
public enum AddedSecrets
{
    /// <summary>They are refused.</summary>
    Refuse,

    /// <summary>They pass, and the audit says what they add.</summary>
    Allow,
}

/// <summary>A pattern of the policy's own.</summary>
/// <param name="Id">Its name in the audit.</param>
/// <param name="Pattern">A regular expression without look-around and back-references, so that it runs in linear time.</param>
public sealed record CustomMask(string Id, string Pattern);
