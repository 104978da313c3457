using System.Globalization;
using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>The value of an author, committer or tagger line: <c>Name &lt;email&gt; seconds +zone</c>. Old histories hold every variation, so nothing is refused.</summary>
internal static class PersonLine
{
    private static readonly long MostSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>What can be understood of it.</summary>
    public static CommitPerson Parse(ReadOnlySpan<byte> line, Encoding encoding)
    {
        var open = line.IndexOf((byte)'<');
        var last = line.LastIndexOf((byte)'>');
        var close = open < 0 ? -1 : open + line[open..].IndexOf((byte)'>');
        // git takes the address to end at its first bracket and the date to begin after the last (split_ident_line): a second address is not one.
        return open < 0 || last < open
            ? new(encoding.GetString(line).Trim(), "", null)
            : new(encoding.GetString(line[..open]).Trim(), encoding.GetString(line[(open + 1)..close]).Trim(), When(Encoding.ASCII.GetString(line[(last + 1)..])));
    }

    private static DateTimeOffset? When(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var seconds, var zone]
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) || time > MostSeconds
            || zone is not { Length: 5 } || zone[0] is not ('+' or '-')
            || !int.TryParse(zone.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
        {
            return null;
        }

        var offset = new TimeSpan(digits / 100, digits % 100, 0) * (zone[0] == '-' ? -1 : 1);
        var utc = DateTimeOffset.FromUnixTimeSeconds(time);
        return offset.Duration() <= TimeSpan.FromHours(14) && utc.Year is > 1 and < 9999 ? utc.ToOffset(offset) : utc;
    }
}
