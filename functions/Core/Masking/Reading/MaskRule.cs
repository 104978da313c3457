using System.Collections.Immutable;
using CursorBroker.Core.Masking.Matching;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Masking.Reading;

/// <summary>What an example promises: in the text exactly the secret is masked.</summary>
/// <param name="Text">The text.</param>
/// <param name="Secret">What is masked in it.</param>
public sealed record MaskExample(string Text, string Secret);

/// <summary>What says that a value is a secret.</summary>
internal enum MaskTier
{
    /// <summary>Its form alone.</summary>
    Identified,

    /// <summary>What stands around it.</summary>
    Structured,

    /// <summary>A name, so that the value must also look like a secret.</summary>
    Contextual,
}

/// <summary>A compiled rule.</summary>
internal sealed record MaskRule
{
    /// <summary>Most bytes of a match before its masked value: so much text is kept that has already left.</summary>
    public const int MostBeforeValue = 1024;

    public required string Id { get; init; }

    public required ImmutableArray<string> Anchors { get; init; }

    public required bool IgnoreCase { get; init; }

    /// <summary>The pattern as it was written, its fragments filled in.</summary>
    public required string Pattern { get; init; }

    public required MatchProgram Program { get; init; }

    public required MaskTier Tier { get; init; }

    public MaskAction Action { get; init; } = MaskAction.Mask;

    /// <summary>The bytes that a match is made of.</summary>
    public required ByteClass Bytes { get; init; }

    /// <summary>How many bytes of a match stand before the masked value.</summary>
    public required Reach BeforeValue { get; init; }

    /// <summary>How many bytes its masked value has at least.</summary>
    public required int LeastValue { get; init; }

    /// <summary>Whether its masked value may begin before its anchor does, so that it must wait for it.</summary>
    public required bool IsLate { get; init; }

    /// <summary>Whether its anchors are looked for only before runs that may be its value.</summary>
    public required bool IsByShape { get; init; }

    /// <summary>For each anchor, how far before it a match begins; null for one that is never the first of a match.</summary>
    public required ImmutableArray<Reach?> Reaches { get; init; }

    public ByteClass? Before { get; init; }

    public ByteClass? After { get; init; }

    public required bool HasValue { get; init; }

    public int Keep { get; init; }

    /// <summary>What the match goes on with beyond its bound; null for a bounded rule.</summary>
    public ByteClass? Trailing { get; init; }

    public required ImmutableArray<Validator> Validators { get; init; }

    public required ImmutableArray<MaskExample> Examples { get; init; }

    public required ImmutableArray<string> Negatives { get; init; }
}
