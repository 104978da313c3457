using System.Runtime.InteropServices;
using CursorBroker.Core.Masking.Matching;

namespace CursorBroker.Core.Masking.Streams;

/// <summary>What a rule matched in the buffer. A rule below 0 is a known secret.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Outcome(int Rule, RuleMatch Match, bool Accepted) : IComparable<Outcome>
{
    /// <summary>Leftmost first, then longest; the rules' order last, so that the order never depends on how the text was cut.</summary>
    public int CompareTo(Outcome other)
    {
        var order = Match.Start.CompareTo(other.Match.Start);
        order = order != 0 ? order : other.Match.End.CompareTo(Match.End);
        return order != 0 ? order : Rule.CompareTo(other.Rule);
    }
}
