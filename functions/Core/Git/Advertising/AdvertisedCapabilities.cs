using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>The capabilities a v0 advertisement passes on: those whose requests the broker understands, and no others.</summary>
internal sealed class AdvertisedCapabilities
{
    private static readonly HashSet<string> Pushing = new(StringComparer.Ordinal)
    {
        "report-status", "report-status-v2", "side-band-64k", "delete-refs", "quiet", "atomic", "ofs-delta",
    };

    private static readonly HashSet<string> Fetching = new(StringComparer.Ordinal)
    {
        "multi_ack", "multi_ack_detailed", "no-done", "thin-pack", "side-band", "side-band-64k", "ofs-delta", "shallow", "deepen-since",
        "deepen-not", "no-progress",
    };

    private static readonly HashSet<string> FetchingEverything = new(StringComparer.Ordinal)
    {
        "include-tag", "filter", "deepen-relative", "allow-tip-sha1-in-want", "allow-reachable-sha1-in-want",
    };

    private AdvertisedCapabilities(string text, ObjectFormat format, string? headTarget)
    {
        Text = text;
        Format = format;
        HeadTarget = headTarget;
    }

    /// <summary>What is passed on, space-separated.</summary>
    public string Text { get; }

    /// <summary>The repository's hash.</summary>
    public ObjectFormat Format { get; }

    /// <summary>The branch HEAD points to; null when the upstream did not say.</summary>
    public string? HeadTarget { get; }

    public static GitResult<AdvertisedCapabilities> Parse(ReadOnlySpan<byte> list, AdvertisementRules rules)
    {
        // Names in symref values may be any UTF-8.
        if (!GitText.TryDecode(list, out var text) || text.Any(char.IsControl))
        {
            return CapabilityList.NotPrintable;
        }

        var filter = new RefFilter(rules.Visible);
        var passed = new List<string>();
        var format = ObjectFormat.Sha1;
        string? headTarget = null;
        foreach (var item in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = CapabilityList.Pair(item);
            switch (key, value)
            {
                case ("symref", not null) when rules.Service == GitService.UploadPack:
                    var (name, target) = Symref(value);
                    headTarget ??= name == "HEAD" ? target : null;
                    passed.AddRange(filter.ShowsHead(target) && (name == "HEAD" || filter.Shows(name)) ? [item] : []);
                    break;
                case ("object-format", not null) when ObjectFormats.Parse(value) is { } known:
                    format = known;
                    passed.Add(item);
                    break;
                case ("object-format", _):
                    return GitFailure.Unsupported("the upstream's object format is not known");
                case ("agent", _):
                    passed.Add($"agent={rules.Agent}");
                    break;
                case (_, null) when Passes(key, rules):
                    passed.Add(item);
                    break;
                default:
                    break;
            }
        }

        if (rules.Service == GitService.ReceivePack)
        {
            // Whoever inspects a push must find every object of it in the pack.
            passed.Add("no-thin");
        }

        return new AdvertisedCapabilities(string.Join(' ', passed), format, headTarget);
    }

    private static bool Passes(string key, AdvertisementRules rules) => rules.Service == GitService.ReceivePack
        ? Pushing.Contains(key)
        : Fetching.Contains(key) || (rules.ByIdReads && FetchingEverything.Contains(key));

    private static (string Name, string? Target) Symref(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (value, null) : (value[..colon], value[(colon + 1)..]);
    }
}
