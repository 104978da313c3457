using System.Globalization;
using System.Text;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>pkt-lines by hand.</summary>
internal static class Packets
{
    public const string Flush = "0000";

    public const string Delimiter = "0001";

    public static readonly string Zero = new('0', 40);

    public static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    public static byte[] Bytes(params string[] parts) => Encoding.Latin1.GetBytes(string.Concat(parts));

    /// <summary>A push that would create a branch with a pack that is none.</summary>
    public static byte[] Push(string name, string oid) => Bytes(Line($"{Zero} {oid} {name}\0 report-status side-band-64k agent=test"), Flush, "PACK\0\0\0\u0002\0\0\0\u0001");

    /// <summary>v2's listing of refs.</summary>
    public static byte[] LsRefs() => Bytes(Line("command=ls-refs\n"), Line("agent=test"), Line("object-format=sha1"), Delimiter, Line("peel\n"), Line("symrefs\n"), Flush);

    /// <summary>v2's fetch of one object.</summary>
    public static byte[] Fetch(string oid) => Bytes(Line("command=fetch"), Line("agent=test"), Line("object-format=sha1"), Delimiter, Line($"want {oid}\n"), Line("done\n"), Flush);
}
