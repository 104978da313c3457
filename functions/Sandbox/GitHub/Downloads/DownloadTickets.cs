using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace CursorBroker.Sandbox.GitHub.Downloads;

/// <summary>Something to download.</summary>
/// <param name="FileName">What to call it.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Makes its bytes.</param>
internal sealed record Download(string FileName, string ContentType, Func<CancellationToken, Task<byte[]>> Content);

/// <summary>
/// Signed addresses on the download host: who holds one needs nothing else, for five minutes. A real signature is over the address;
/// here it is a random word that stands for the download.
/// </summary>
internal sealed class DownloadTickets(TimeProvider time)
{
    /// <summary>How long an address works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (Download Download, string Path, DateTimeOffset Until)> _tickets = new(StringComparer.Ordinal);

    /// <summary>Where the host listens; set once it does.</summary>
    public Uri? Host { get; set; }

    public Uri Sign(string path, Download download)
    {
        var now = time.GetUtcNow();
        foreach (var (old, ticket) in _tickets)
        {
            if (ticket.Until <= now)
            {
                _tickets.TryRemove(old, out _);
            }
        }

        var signature = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var until = now + Lifetime;
        var address = new Uri(Host ?? throw new InvalidOperationException("The download host has not started."), path);
        _tickets[signature] = (download, address.AbsolutePath, until);
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{address.AbsoluteUri}?se={until.ToUnixTimeSeconds()}&sig={signature}"));
    }

    /// <summary>The download behind an address; null when the signature is not for it, or over.</summary>
    public Download? Redeem(string path, string? signature) =>
        signature is not null && _tickets.TryGetValue(signature, out var ticket) && ticket.Until > time.GetUtcNow() && ticket.Path == path
            ? ticket.Download
            : null;
}
