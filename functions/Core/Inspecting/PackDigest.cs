using System.Security.Cryptography;
using CursorBroker.Core.Git.Packs;

namespace CursorBroker.Core.Inspecting;

/// <summary>Names what a pack holds, whatever order it is in and however it is compressed: a digest over the ids of its objects.</summary>
public static class PackDigest
{
    /// <summary>The SHA-256.</summary>
    public static byte[] Of(PackContents pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        var table = pack.Table;
        var order = Enumerable.Range(0, table.Count).ToArray();
        Array.Sort(order, (left, right) => table.IdOf(left).SequenceCompareTo(table.IdOf(right)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var index in order)
        {
            hash.AppendData(table.IdOf(index));
        }

        return hash.GetHashAndReset();
    }
}
