using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Scanning;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>Where in a match the masked value stands.</summary>
/// <param name="Before">How many bytes of the match stand before it.</param>
/// <param name="Least">How many bytes it has at least.</param>
/// <param name="IsOneRun">Whether it always lies in one run of <see cref="RunScanner"/>, and is long enough to make one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ValuePlace(Reach Before, int Least, bool IsOneRun)
{
    public static ValuePlace Of(PatternNode node, string? group)
    {
        if (group is null || Find(node, group, 0, 0) is not var (before, value))
        {
            return new(new(0, 0), node.Shortest, false);
        }

        return new(before, value.Shortest, value.Shortest >= RunScanner.Shortest && IsRun(value));
    }

    private static (Reach Before, PatternNode Value)? Find(PatternNode node, string group, int least, int most)
    {
        switch (node)
        {
            case Named named when named.Name == group:
                return (new(least, most), named.Item);
            case Named named:
                return Find(named.Item, group, least, most);
            case Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    if (Find(item, group, least, most) is { } found)
                    {
                        return found;
                    }

                    (least, most) = (least + item.Shortest, most + item.Longest);
                }

                return null;
            case Choice choice:
                // A way around the group masks the whole match, which begins at once.
                return choice.Items.Select(item => Find(item, group, least, most)).FirstOrDefault(static found => found is not null) is var (before, value)
                    ? (before with { Least = 0 }, value) : null;
            case Repeat repeat:
                return Find(repeat.Item, group, least, most) is var (first, inner) ? (new(repeat.Least == 0 ? 0 : first.Least, least + repeat.Longest), inner) : null;
            default:
                return null;
        }
    }

    private static bool IsRun(PatternNode node) => node switch
    {
        OneOf one => Enumerable.Range(0, 256).All(value => !one.Class.Contains((byte)value) || RunScanner.IsMember((byte)value)),
        Sequence sequence => sequence.Items.All(IsRun),
        Choice choice => choice.Items.All(IsRun),
        Repeat repeat => IsRun(repeat.Item),
        Named named => IsRun(named.Item),
        _ => false,
    };
}
