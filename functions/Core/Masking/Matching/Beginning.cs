namespace CursorBroker.Core.Masking.Matching;

/// <summary>
/// The first three bytes that a match can have, as a bitmap over their hash: for rules that may begin anywhere in a long stretch before their anchor, but
/// only with one of some names. It may take bytes for a beginning that are none, never the other way round.
/// </summary>
internal sealed class Beginning
{
    private const int Length = 3;
    private const int Bits = 15;
    private const int MostMembers = 16;
    private const int MostWays = 40_000;
    private readonly ulong[] _bitmap = new ulong[(1 << Bits) / 64];

    private Beginning()
    {
    }

    /// <summary>The beginnings of a program; null when they are too many to be of use.</summary>
    public static Beginning? Of(MatchProgram program)
    {
        var beginning = new Beginning();
        var open = new Stack<(int Step, uint Bytes, int Count)>([(program.Start, 0, 0)]);
        var seen = new HashSet<(int, uint, int)>();
        while (open.TryPop(out var way))
        {
            if (way.Count == Length)
            {
                beginning.Mark(way.Bytes);
                continue;
            }

            if (!seen.Add(way))
            {
                continue;
            }

            if (seen.Count > MostWays)
            {
                return null;
            }

            var step = program.Steps[way.Step];
            switch (step.Move)
            {
                case Move.Accept:
                    return null;
                case Move.Split:
                    open.Push(way with { Step = step.Next });
                    open.Push(way with { Step = step.Other });
                    break;
                case Move.Switch:
                    foreach (var target in step.Table!.Where(static target => target >= 0).Distinct())
                    {
                        open.Push(way with { Step = target });
                    }

                    break;
                case Move.ValueStart or Move.ValueEnd:
                    open.Push(way with { Step = step.Next });
                    break;
                default:
                    var members = Enumerable.Range(0, 256).Where(value => step.Class!.Contains((byte)value)).Select(static value => (uint)(value | 0x20)).Distinct().ToList();
                    if (members.Count > MostMembers)
                    {
                        return null;
                    }

                    foreach (var member in members)
                    {
                        var next = (step.Next, way.Bytes | (member << (8 * way.Count)), way.Count + 1);
                        open.Push(next);
                        if (step.Move != Move.One && step.Most > 1)
                        {
                            open.Push((way.Step, next.Item2, next.Item3));
                        }
                    }

                    if (step.Move != Move.One && step.Least == 0)
                    {
                        open.Push(way with { Step = step.Next });
                    }

                    break;
            }
        }

        return beginning;
    }

    /// <summary>Whether a match may begin at the place.</summary>
    public bool IsAt(ReadOnlySpan<byte> text, int at)
    {
        if (text.Length - at < Length)
        {
            return true;
        }

        var hash = Hash((uint)((text[at] | (text[at + 1] << 8) | (text[at + 2] << 16)) | 0x202020));
        return (_bitmap[hash >> 6] & (1UL << (int)(hash & 63))) != 0;
    }

    private static uint Hash(uint bytes) => (bytes * 0x9E3779B1) >> (32 - Bits);

    private void Mark(uint bytes)
    {
        var hash = Hash(bytes);
        _bitmap[hash >> 6] |= 1UL << (int)(hash & 63);
    }
}
