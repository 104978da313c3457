using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// In which character sets text can be searched: those in which ASCII stands for itself, and UTF-16, which the engine reads. In any other one (UTF-7, UTF-32, EBCDIC, those that shift with
/// escapes) a secret has another look, and who reads the answer by its label would see it.
/// </summary>
internal static class Charsets
{
    private static readonly FrozenSet<string> Searchable = new[]
    {
        "utf-8", "utf8", "us-ascii", "ascii", "latin1", "utf-16", "utf-16le", "utf-16be", "koi8-r", "koi8-u", "gbk", "gb2312", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "macintosh",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsSearchable(MediaTypeHeaderValue? type) => type?.CharSet?.Trim('"', ' ') is not { Length: > 0 } name
        || Searchable.Contains(name)
        || name.StartsWith("iso-8859-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase);
}
