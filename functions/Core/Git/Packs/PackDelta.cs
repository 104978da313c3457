using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>A delta: how to make an object from another one (gitformat-pack(5), "Deltified representation").</summary>
internal static class PackDelta
{
    /// <summary>Most bytes of the two sizes at a delta's head.</summary>
    public const int MaxHead = 20;

    /// <summary>Reads the two sizes; false when they make no sense.</summary>
    /// <param name="delta">The delta, or as much as <see cref="MaxHead"/> of it.</param>
    /// <param name="baseSize">Bytes of what it is applied to.</param>
    /// <param name="resultSize">Bytes of what it makes.</param>
    /// <param name="length">Bytes of the head itself.</param>
    public static bool TryReadSizes(ReadOnlySpan<byte> delta, out long baseSize, out long resultSize, out int length)
    {
        length = 0;
        resultSize = 0;
        return TryReadSize(delta, ref length, out baseSize) && TryReadSize(delta, ref length, out resultSize);
    }

    /// <summary>Applies a delta.</summary>
    /// <param name="basis">What it is applied to.</param>
    /// <param name="delta">The delta.</param>
    /// <param name="result">Takes what it makes, all of it.</param>
    public static GitFailure? Apply(ReadOnlySpan<byte> basis, ReadOnlySpan<byte> delta, Span<byte> result)
    {
        if (!TryReadSizes(delta, out var baseSize, out var resultSize, out var at) || resultSize != result.Length)
        {
            return GitFailure.Malformed("a delta has no head");
        }

        if (baseSize != basis.Length)
        {
            return GitFailure.Malformed("a delta is for a base of another size");
        }

        while (at < delta.Length)
        {
            int command = delta[at++];
            if ((command & 0x80) == 0)
            {
                if (command == 0 || command > delta.Length - at || command > result.Length)
                {
                    return GitFailure.Malformed("a delta's insertion does not fit");
                }

                delta.Slice(at, command).CopyTo(result);
                at += command;
                result = result[command..];
                continue;
            }

            if (!TryReadCopy(delta, command, ref at, out var offset, out var size) || offset + size > basis.Length || size > result.Length)
            {
                return GitFailure.Malformed("a delta copies from outside its base, or too much");
            }

            basis.Slice((int)offset, size).CopyTo(result);
            result = result[size..];
        }

        return result.IsEmpty ? null : GitFailure.Malformed("a delta makes fewer bytes than it says");
    }

    private static bool TryReadCopy(ReadOnlySpan<byte> delta, int command, ref int at, out long offset, out int size)
    {
        (offset, size) = (0, 0);
        for (var bit = 0; bit < 7; bit++)
        {
            if ((command & (1 << bit)) == 0)
            {
                continue;
            }

            if (at == delta.Length)
            {
                return false;
            }

            if (bit < 4)
            {
                offset |= (long)delta[at++] << (8 * bit);
            }
            else
            {
                size |= delta[at++] << (8 * (bit - 4));
            }
        }

        size = size == 0 ? 0x10000 : size;
        return true;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> delta, ref int at, out long size)
    {
        size = 0;
        for (var shift = 0; shift <= 56 && at < delta.Length; shift += 7)
        {
            var next = delta[at++];
            size |= (long)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
