using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace CursorBroker.Sandbox.GitHub.Downloads;

/// <summary>What a signed address stands for.</summary>
internal abstract record SignedThing;

/// <summary>Something to download.</summary>
/// <param name="FileName">What to call it.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Makes its bytes.</param>
internal sealed record Download(string FileName, string ContentType, Func<CancellationToken, Task<byte[]>> Content) : SignedThing;

/// <summary>A file to download, or a part of it.</summary>
/// <param name="Path">Where it is.</param>
internal sealed record StoredFile(string Path) : SignedThing;

/// <summary>Something to be sent. It wants headers besides its signature, as the real ones do.</summary>
/// <param name="Method">The method.</param>
/// <param name="Headers">Headers that must be there, exactly.</param>
/// <param name="TakeAsync">Takes the body; returns the status to answer with.</param>
internal sealed record Receipt(string Method, IReadOnlyDictionary<string, string> Headers, Func<Stream, CancellationToken, Task<int>> TakeAsync) : SignedThing;

/// <summary>
/// Signed addresses on the download host: who holds one needs nothing else, for five minutes. A real signature is over the address;
/// here it is a random word that stands for the thing.
/// </summary>
internal sealed class DownloadTickets(TimeProvider time)
{
    /// <summary>How long an address works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (SignedThing Thing, string Path, DateTimeOffset Until)> _tickets = new(StringComparer.Ordinal);

    /// <summary>Where the host listens; set once it does.</summary>
    public Uri? Host { get; set; }

    public Uri Sign(string path, SignedThing thing)
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
        _tickets[signature] = (thing, address.AbsolutePath, until);
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{address.AbsoluteUri}?se={until.ToUnixTimeSeconds()}&sig={signature}"));
    }

    /// <summary>What is behind an address; null when the signature is not for it, or over.</summary>
    public SignedThing? Redeem(string path, string? signature) =>
        signature is not null && _tickets.TryGetValue(signature, out var ticket) && ticket.Until > time.GetUtcNow() && ticket.Path == path
            ? ticket.Thing
            : null;
}
