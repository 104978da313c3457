using System.Collections.Immutable;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>A piece of a pattern. Lengths are in bytes; a pattern without an upper bound has a <see cref="Longest"/> that counts its last repetition once.</summary>
internal abstract record PatternNode(int Shortest, int Longest);

/// <summary>One byte of a class.</summary>
internal sealed record OneOf(ByteClass Class) : PatternNode(1, 1);

/// <summary>One after the other.</summary>
internal sealed record Sequence(ImmutableArray<PatternNode> Items)
    : PatternNode(Items.Sum(static item => item.Shortest), Items.Sum(static item => item.Longest));

/// <summary>The first that leads on.</summary>
internal sealed record Choice(ImmutableArray<PatternNode> Items)
    : PatternNode(Items.Min(static item => item.Shortest), Items.Max(static item => item.Longest));

/// <summary>Over and over; <paramref name="Most"/> is null for the one repetition without an upper bound.</summary>
internal sealed record Repeat(PatternNode Item, int Least, int? Most, bool Lazy)
    : PatternNode(Item.Shortest * Least, Item.Longest * Math.Max(1, Most ?? Least));

/// <summary>The group with a name.</summary>
internal sealed record Named(string Name, PatternNode Item) : PatternNode(Item.Shortest, Item.Longest);
