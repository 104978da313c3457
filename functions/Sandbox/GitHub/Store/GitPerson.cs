using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Who wrote or committed something, and when.</summary>
internal sealed record GitPerson(string Name, string Email, DateTimeOffset At)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Clean(Name)} <{Clean(Email)}> {At.ToUnixTimeSeconds()} {At.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty, StringComparison.Ordinal)}");

    /// <summary>Reads the line of a commit or tag: <c>Name &lt;email&gt; seconds zone</c>.</summary>
    public static GitPerson Parse(string line)
    {
        var open = line.LastIndexOf('<');
        var close = line.LastIndexOf('>');
        if (open < 0 || close < open || line[(close + 1)..].Trim().Split(' ') is not [var seconds, { Length: 5 } zone]
            || !long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) || !int.TryParse(zone, CultureInfo.InvariantCulture, out var offset))
        {
            return new GitPerson(line, string.Empty, DateTimeOffset.UnixEpoch);
        }

        var minutes = (offset / 100 * 60) + (offset % 100);
        return new GitPerson(
            line[..open].Trim(), line[(open + 1)..close], DateTimeOffset.FromUnixTimeSeconds(at).ToOffset(TimeSpan.FromMinutes(minutes)));
    }

    // What git's own format cannot hold.
    private static string Clean(string text) => new([.. text.Where(static one => one is not ('<' or '>' or '\n' or '\r' or '\0'))]);
}
