using System.Buffers;

namespace CursorBroker.Gateway.SignIn;

/// <summary>Where to go after a sign-in: a path of the broker's own pages, or the inbox. Never another site (an open redirect).</summary>
internal static class LocalPath
{
    /// <summary>Where to go when nothing better is known.</summary>
    public const string Default = "/approvals";

    /// <summary>The first page.</summary>
    public const string Root = "/";

    private const int MaxLength = 200;

    // Nothing that a browser treats as a separator, drops or decodes: no backslash, control character, percent sign, colon, query or fragment.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>The path when it is one; the inbox otherwise.</summary>
    public static string Of(string? path) =>
        path == Root ? Root
        : path is { Length: > 1 and <= MaxLength }
        && path[0] == '/'
        && !path.AsSpan().ContainsAnyExcept(Allowed)
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("/.", StringComparison.Ordinal)
            ? path
            : Default;
}
