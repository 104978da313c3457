using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>The head of an object in a pack (gitformat-pack(5)).</summary>
internal readonly struct PackEntry
{
    /// <summary>The kind of a delta that names its base by distance.</summary>
    public const int OffsetDelta = 6;

    /// <summary>The kind of a delta that names its base by id.</summary>
    public const int IdDelta = 7;

    /// <summary>An object type's number, or one of the two kinds of delta.</summary>
    public required int Kind { get; init; }

    /// <summary>How many bytes the zlib stream inflates to.</summary>
    public required long Size { get; init; }

    /// <summary>How far before this entry the base's entry begins; zero when it is not named so.</summary>
    public long Distance { get; init; }

    /// <summary>True for a delta.</summary>
    public bool IsDelta => Kind >= OffsetDelta;

    /// <summary>Reads a head and leaves the window at the zlib stream.</summary>
    /// <param name="window">Where.</param>
    /// <param name="baseId">Takes the base's id when it is named so.</param>
    /// <param name="entry">The head.</param>
    public static GitFailure? Read(PackWindow window, Span<byte> baseId, out PackEntry entry)
    {
        entry = default;
        var at = window.Position;
        var next = window.ReadByte();
        var kind = (next >> 4) & 7;
        long size = next & 15;
        for (var shift = 4; (next & 0x80) != 0 && next >= 0; shift += 7)
        {
            next = window.ReadByte();
            if (shift > 53)
            {
                return GitFailure.Malformed($"the object at {at} has an impossible size");
            }

            size |= (long)(next & 0x7F) << shift;
        }

        if (next < 0)
        {
            return Ends(at);
        }

        var distance = 0L;
        switch (kind)
        {
            case OffsetDelta:
                do
                {
                    next = window.ReadByte();
                    if (next < 0)
                    {
                        return Ends(at);
                    }

                    if (distance > at)
                    {
                        return GitFailure.Malformed($"the delta at {at} builds on something outside the pack");
                    }

                    distance = (distance << 7) | (uint)(next & 0x7F);
                    distance += (next & 0x80) != 0 ? 1 : 0;
                }
                while ((next & 0x80) != 0);
                break;
            case IdDelta:
                foreach (ref var digit in baseId)
                {
                    next = window.ReadByte();
                    if (next < 0)
                    {
                        return Ends(at);
                    }

                    digit = (byte)next;
                }

                break;
            case 0 or 5:
                return GitFailure.Malformed($"the object at {at} is of no known type");
            default:
                break;
        }

        entry = new() { Kind = kind, Size = size, Distance = distance };
        return null;
    }

    private static GitFailure Ends(long at) => GitFailure.Truncated($"the pack ends inside the object at {at}");
}
