using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>
/// What the upstream says to do with an object: an address that it signed, and headers. Both are credentials, which no caller ever gets: who was answered with an action
/// gets an address of the broker's instead.
/// </summary>
/// <param name="Target">Where to, a listed host.</param>
/// <param name="Headers">What to send along, of the few that are let through.</param>
internal sealed record LfsAction(SignedTarget Target, ImmutableArray<KeyValuePair<string, string>> Headers)
{
    private const int MaxHeaders = 20;
    private const int MaxHrefLength = 4096;

    // An answer that could name any header could take the request apart: Host, Content-Length, Cookie.
    private static readonly string[] Names = ["Authorization", "Accept", "Content-Type"];
    private static readonly string[] Prefixes = ["x-amz-", "x-ms-", "x-goog-"];

    /// <summary>Null when there is no such action. What is there and is not as it should be is refused.</summary>
    public static Refusal? Read(LfsMembers actions, string name, UpstreamOptions upstream, out LfsAction? action)
    {
        action = null;
        if (!actions.TryObject(name, out var json))
        {
            return LfsAnswer.NotUnderstood($"the action {name} is no object");
        }

        if (json is null)
        {
            return null;
        }

        if (!json.TryText("href", out var href) || href is not { Length: <= MaxHrefLength } || !Uri.TryCreate(href, UriKind.Absolute, out var location) || location.Fragment.Length > 0)
        {
            return LfsAnswer.NotUnderstood($"the address of the action {name} is none");
        }

        if (!upstream.IsSignedHost(location))
        {
            return LfsAnswer.Failed("GitHub keeps LFS objects at a host that the broker does not go to; its administrators can list it.", $"the action {name} leads to {location.Host}, which is not listed");
        }

        if (!TryReadHeaders(json, out var headers, out var unread))
        {
            return LfsAnswer.Failed("GitHub asks for a header that the broker does not send to where LFS objects are kept.", $"the action {name}: {unread}");
        }

        action = new(new SignedTarget(location), headers);
        return null;
    }

    /// <summary>The host alone.</summary>
    public override string ToString() => Target.ToString();

    private static bool TryReadHeaders(LfsMembers json, out ImmutableArray<KeyValuePair<string, string>> headers, [NotNullWhen(false)] out string? unread)
    {
        headers = [];
        unread = null;
        if (!json.TryObject("header", out var named))
        {
            unread = "its headers are no object";
            return false;
        }

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in named?.All ?? [])
        {
            if (IsChunked(header))
            {
                // How a body is framed on its way is not the caller's matter, nor the answer's.
                continue;
            }

            if (!IsKnown(header.Name) || header.Value.ValueKind != JsonValueKind.String || !IsPlain(header.Value.GetString()!) || read.Count == MaxHeaders || !read.TryAdd(header.Name, header.Value.GetString()!))
            {
                unread = $"header '{header.Name}'";
                return false;
            }
        }

        headers = [.. read];
        return true;
    }

    private static bool IsChunked(JsonProperty header) =>
        header.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) && header.Value.ValueKind == JsonValueKind.String && header.Value.ValueEquals("chunked");

    private static bool IsKnown(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static bool IsPlain(string value) => value.All(static c => c is >= ' ' and <= '~');
}
