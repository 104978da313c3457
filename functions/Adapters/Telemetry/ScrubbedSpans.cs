using System.Diagnostics;
using OpenTelemetry;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>
/// Takes out of spans what may be a secret, whatever instrumentation wrote it and however that was set: queries (sign-in codes, signatures of signed URLs),
/// and of outgoing requests everything but the host, unless the host is one whose paths are known to hold names only.
/// </summary>
internal sealed class ScrubbedSpans(IReadOnlySet<string> hostsWithPlainPaths) : BaseProcessor<Activity>
{
    // Of the current and the older semantic conventions; an instrumentation may write either.
    private static readonly string[] Queries = ["url.query", "http.request.query", "url.fragment"];
    private static readonly string[] Addresses = ["url.full", "http.url", "http.target", "url.path", "http.request.header.referer"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var query in Queries)
        {
            data.SetTag(query, null);
        }

        foreach (var address in Addresses)
        {
            if (data.GetTagItem(address) is { } value)
            {
                data.SetTag(address, data.Kind == ActivityKind.Server ? WithoutQuery(value.ToString()) : Outgoing(value.ToString()));
            }
        }
    }

    private static string? WithoutQuery(string? address) => address?.Split('?', '#')[0];

    private string? Outgoing(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.IsFile)
        {
            return null;
        }

        var host = $"{parsed.Scheme}://{parsed.Authority[(parsed.Authority.LastIndexOf('@') + 1)..]}";
        return hostsWithPlainPaths.Contains(parsed.Host) ? host + parsed.AbsolutePath : host + "/";
    }
}
