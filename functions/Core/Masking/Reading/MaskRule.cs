using System.Collections.Immutable;
using CursorBroker.Core.Masking.Patterns;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Masking.Reading;

/// <summary>What an example promises: in the text exactly the secret is masked.</summary>
/// <param name="Text">The text.</param>
/// <param name="Secret">What is masked in it.</param>
public sealed record MaskExample(string Text, string Secret);

/// <summary>A compiled rule.</summary>
internal sealed record MaskRule
{
    public required string Id { get; init; }

    public required ImmutableArray<string> Anchors { get; init; }

    public required bool IgnoreCase { get; init; }

    public required PatternProgram Program { get; init; }

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
