using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Which form of an answer a caller asks for, and how the broker asks GitHub for it (docs.github.com, "Media types").</summary>
/// <param name="Media">The form.</param>
/// <param name="Header">The <c>Accept</c> header that is sent.</param>
internal sealed record RestAccept(RestMedia Media, string Header)
{
    public static readonly RestAccept Json = new(RestMedia.Json, "application/vnd.github+json");

    public static readonly RestAccept Raw = new(RestMedia.Raw, "application/vnd.github.raw+json");

    private static readonly FrozenDictionary<string, RestAccept> Parameters = new Dictionary<string, RestAccept>(StringComparer.OrdinalIgnoreCase)
    {
        ["raw"] = Raw,
        ["diff"] = new(RestMedia.Diff, "application/vnd.github.diff"),
        ["patch"] = new(RestMedia.Patch, "application/vnd.github.patch"),
        ["html"] = new(RestMedia.Html, "application/vnd.github.html+json"),
        ["object"] = new(RestMedia.Object, "application/vnd.github.object+json"),
        ["sha"] = new(RestMedia.Sha, "application/vnd.github.sha"),
        ["text"] = new(RestMedia.Full, "application/vnd.github.text+json"),
        ["full"] = new(RestMedia.Full, "application/vnd.github.full+json"),
        ["text-match"] = new(RestMedia.Text, "application/vnd.github.text-match+json"),
        ["star"] = new(RestMedia.Text, "application/vnd.github.star+json"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly RestAccept Octets = new(RestMedia.Octets, "application/octet-stream");

    /// <summary>
    /// The first form of the header that is known. Names of previews are passed over, as GitHub does by now, and what names nothing known is JSON: the answer then says what it is.
    /// </summary>
    public static RestAccept Parse(StringValues values)
    {
        foreach (var type in values.SelectMany(static value => value?.Split(',') ?? []))
        {
            if (Known(type.Split(';')[0].Trim()) is { } accept)
            {
                return accept;
            }
        }

        return Json;
    }

    private static RestAccept? Known(string type)
    {
        if (type is "*/*" or "application/*" || type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return Json;
        }

        if (type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            return Octets;
        }

        const string vendor = "application/vnd.github";
        if (!type.StartsWith(vendor, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // application/vnd.github[.version][.param][+json]
        var rest = type[vendor.Length..];
        rest = rest.EndsWith("+json", StringComparison.OrdinalIgnoreCase) ? rest[..^"+json".Length] : rest;
        rest = rest.Equals(".v3", StringComparison.OrdinalIgnoreCase) || rest.StartsWith(".v3.", StringComparison.OrdinalIgnoreCase) ? rest[".v3".Length..] : rest;
        return rest switch
        {
            "" => Json,
            ['.', .. var name] => Parameters.GetValueOrDefault(name),
            _ => null,
        };
    }
}
