using System.Globalization;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.Git;

/// <summary>The <c>Git-Protocol</c> header: which protocol version the client speaks (gitprotocol-http(5)).</summary>
internal static class GitProtocolHeader
{
    private const string Name = "Git-Protocol";
    private const int MaxLength = 256;
    private const string Key = "version=";

    /// <summary>
    /// Whether version 2 is asked for; null when the header cannot be read. As in git the highest version counts and unknown keys, which are
    /// never passed on, say nothing. Version 1 differs from 0 only by a line that says so, and is answered as 0.
    /// </summary>
    public static bool? AsksForVersion2(HttpRequest request)
    {
        StringValues header = request.Headers[Name];
        if (header.Count == 0)
        {
            return false;
        }

        if (header is not [{ Length: > 0 and <= MaxLength } value]
            || !value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '=' or ':' or '-' or '_' or '.'))
        {
            return null;
        }

        var versions = value.Split(':')
            .Where(static item => item.StartsWith(Key, StringComparison.Ordinal))
            .Select(static item => int.TryParse(item.AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0);
        return versions.Where(static version => version <= 2).DefaultIfEmpty(0).Max() == 2;
    }

    /// <summary>The refusal for a header that cannot be read.</summary>
    public static Refusal Unreadable { get; } = Refusals.Malformed($"The {Name} header cannot be read.");
}
