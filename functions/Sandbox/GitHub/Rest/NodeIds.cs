using System.Globalization;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// GitHub's opaque <c>node_id</c>: a prefix that says what it is, and what it names. Callers must not look inside; the stand-in does, to
/// find the thing again.
/// </summary>
internal static class NodeIds
{
    public static string Of(string prefix, long repository, string key) =>
        prefix + "_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{repository}:{key}")))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Of(string prefix, long repository, long key) => Of(prefix, repository, key.ToString(CultureInfo.InvariantCulture));

    /// <summary>What an id names; null when it is none of ours.</summary>
    public static (string Prefix, long Repository, string Key)? Read(string id)
    {
        var at = id.IndexOf('_', StringComparison.Ordinal);
        if (at < 1)
        {
            return null;
        }

        var text = id[(at + 1)..].Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var repository, var key]
            && long.TryParse(repository, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (id[..at], number, key)
            : null;
    }
}
