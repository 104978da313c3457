using System.Globalization;
using System.Security.Cryptography;
using Azure;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>What a blob of State says about itself in its metadata: which write made it, and until when it counts.</summary>
/// <param name="Write">The id of the write; null when none of ours made it.</param>
/// <param name="Expires">When it stops being there; null for never.</param>
/// <param name="ETag">The version that it was read at.</param>
internal sealed record Stamp(string? Write, DateTimeOffset? Expires, ETag ETag)
{
    private const string WriteKey = "write";
    private const string ExpiresKey = "expires";

    /// <summary>An id that no other write has.</summary>
    public static string NewWrite() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The metadata for a write. <c>expires</c> is in .NET UTC ticks.</summary>
    public static Dictionary<string, string> Metadata(string write, DateTimeOffset? expires)
    {
        var metadata = new Dictionary<string, string> { [WriteKey] = write };
        if (expires is { } instant)
        {
            metadata[ExpiresKey] = instant.UtcTicks.ToString(CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    /// <summary>Reads metadata.</summary>
    /// <exception cref="InvalidDataException">The expiry is none that this class writes: whether the blob still counts cannot be told.</exception>
    public static Stamp Read(IDictionary<string, string> metadata, ETag etag)
    {
        DateTimeOffset? expires = null;
        if (metadata.TryGetValue(ExpiresKey, out var text))
        {
            expires = TryParseTicks(text, out var instant)
                ? instant
                : throw new InvalidDataException("A blob of State has an expiry that cannot be read; somebody else has written it.");
        }

        return new Stamp(metadata.TryGetValue(WriteKey, out var write) ? write : null, expires, etag);
    }

    /// <summary>Whether it no longer counts.</summary>
    public bool HasExpired(DateTimeOffset now) => Expires <= now;

    /// <summary>Ticks as <see cref="Metadata"/> writes them.</summary>
    internal static bool TryParseTicks(string text, out DateTimeOffset instant)
    {
        var good = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks;
        instant = good ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return good;
    }
}
