using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>
/// Which redirects there may be, and whether an asked-for one is a registered one. Compared as text and never resolved, so that nothing (a user name, an escape, a dot
/// segment, another case) leads elsewhere than it says.
/// </summary>
internal static class RedirectRules
{
    /// <summary>Longest redirect, in characters.</summary>
    public const int MaxLength = 400;

    /// <summary>Cursor's own: the editor on loopback, its agents on the web, and the editor by its own scheme. It registers all three at once.</summary>
    public static readonly ImmutableArray<string> Cursor =
    [
        "http://localhost:8787/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
    ];

    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/");

    /// <summary>Whether a client may register it: one of Cursor's or of the host's, to the letter, or a loopback address (RFC 8252, section 7.3).</summary>
    public static bool MayRegister(string redirect, ImmutableArray<string> further) =>
        redirect.Length <= MaxLength && (Cursor.Contains(redirect) || further.Contains(redirect) || Loopback.TryRead(redirect, out _));

    /// <summary>
    /// Whether an asked-for redirect is the registered one: the same text, or the same loopback address but for its port. The port is free on the address literals, which
    /// nothing but this machine answers at, and where the registered one names none.
    /// </summary>
    public static bool IsRegistered(string asked, string registered) =>
        asked == registered
        || (Loopback.TryRead(asked, out var a) && Loopback.TryRead(registered, out var r)
            && a.Host == r.Host && a.Path == r.Path && (r.Port is null || r.Host != "localhost"));

    /// <summary>What a person is told about where it leads: a host for the web, words for a program on their machine.</summary>
    public static string Describe(string redirect) =>
        Loopback.TryRead(redirect, out _) ? "a program on this computer"
        : redirect.StartsWith("https://", StringComparison.Ordinal) ? new Uri(redirect).Authority
        : $"the app that opens {redirect[..redirect.IndexOf(':', StringComparison.Ordinal)]}: links";

    /// <summary>An http address on loopback, taken apart.</summary>
    private readonly record struct Loopback(string Host, int? Port, string Path)
    {
        private const string Scheme = "http://";

        private static readonly ImmutableArray<string> Hosts = ["127.0.0.1", "[::1]", "localhost"];

        /// <summary>False for whatever is not spelled as plainly as can be: no query, fragment, user name, escape, dot segment or empty port.</summary>
        public static bool TryRead(string text, [NotNullWhen(true)] out Loopback loopback)
        {
            loopback = default;
            if (!text.StartsWith(Scheme, StringComparison.Ordinal) || Hosts.FirstOrDefault(host => text.AsSpan(Scheme.Length).StartsWith(host, StringComparison.Ordinal)) is not { } found)
            {
                return false;
            }

            var rest = text.AsSpan(Scheme.Length + found.Length);
            int? port = null;
            if (rest is [':', ..])
            {
                var end = rest.IndexOf('/') is var slash and >= 0 ? slash : rest.Length;
                if (!int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > ushort.MaxValue || rest[1] == '0')
                {
                    return false;
                }

                port = number;
                rest = rest[end..];
            }

            if (rest is not ['/', ..] || rest.ContainsAnyExcept(PathCharacters) || rest.IndexOf("/.", StringComparison.Ordinal) >= 0 || rest.IndexOf("//", StringComparison.Ordinal) >= 0)
            {
                return false;
            }

            loopback = new(found, port, rest.ToString());
            return true;
        }
    }
}
