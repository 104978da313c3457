using CursorBroker.Core.Git.Wire;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace CursorBroker.Core.Git.Packs;

/// <summary>
/// Inflates a pack's zlib streams one after another, each of a size known beforehand, and knows exactly where each ends: nothing else
/// says where the next object begins.
/// </summary>
/// <param name="window">Where the compressed bytes are; stands behind the stream after <see cref="End"/>.</param>
internal sealed class PackInflater(PackWindow window)
{
    private readonly Inflater _inflater = new();
    private readonly byte[] _beyond = new byte[1];
    private int _given;

    /// <summary>Begins a stream at the window's position.</summary>
    public void Begin()
    {
        _inflater.Reset();
        _given = 0;
    }

    /// <summary>Inflates exactly so many more bytes.</summary>
    public GitFailure? Read(byte[] output, int offset, int count)
    {
        while (count > 0)
        {
            if (_inflater.IsFinished)
            {
                return Bad("inflates to fewer bytes than its header says");
            }

            if (Step(output, offset, count, out var inflated) is { } failure)
            {
                return failure;
            }

            offset += inflated;
            count -= inflated;
        }

        return null;
    }

    /// <summary>Makes sure that the stream is over, its checksum included, and leaves the window behind it.</summary>
    public GitFailure? End()
    {
        while (!_inflater.IsFinished)
        {
            if (Step(_beyond, 0, 1, out var inflated) is { } failure)
            {
                return failure;
            }

            if (inflated > 0)
            {
                return Bad("inflates to more bytes than its header says");
            }
        }

        window.Skip(_given - _inflater.RemainingInput);
        _given = 0;
        return null;
    }

    private GitFailure? Step(byte[] output, int offset, int count, out int inflated)
    {
        inflated = 0;
        try
        {
            if (_inflater.IsNeedingInput)
            {
                window.Skip(_given);
                _given = 0;
                if (!window.Fill())
                {
                    return GitFailure.Truncated($"the pack ends inside the object at {window.Position}");
                }

                _given = window.Available;
                _inflater.SetInput(window.Buffer, window.At, _given);
            }

            inflated = _inflater.Inflate(output, offset, count);
        }
        catch (Exception bad) when (bad is SharpZipBaseException or IndexOutOfRangeException or ArgumentException or InvalidOperationException)
        {
            return Bad("is not a zlib stream, or its checksum is wrong");
        }

        return inflated == 0 && !_inflater.IsFinished && !_inflater.IsNeedingInput ? Bad("is not a zlib stream that needs no dictionary") : null;
    }

    private GitFailure Bad(string what) => GitFailure.Malformed($"the object before {window.Position + _given} {what}");
}
