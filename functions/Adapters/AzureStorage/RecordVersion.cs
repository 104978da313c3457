using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Azure;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.AzureStorage;

/// <summary>
/// A record's version: the blob's ETag, and the expiry that the blob has at that ETag, so that a change of an expired record is refused without
/// asking the service first.
/// </summary>
internal static class RecordVersion
{
    private const char Separator = ' ';

    /// <summary>The version's text.</summary>
    public static StateVersion Of(ETag etag, DateTimeOffset? expires) => new(expires is { } instant
        ? string.Create(CultureInfo.InvariantCulture, $"{etag.ToString("G")}{Separator}{instant.UtcTicks}")
        : etag.ToString("G"));

    /// <summary>Parses a version; false for one that this store never gave, which no record has.</summary>
    public static bool TryParse(StateVersion version, [NotNullWhen(true)] out Stamp? stamp)
    {
        stamp = null;
        var parts = version.Value.Split(Separator);
        if (parts[0] is "*")
        {
            // As a condition it would hold for every version there is.
            return false;
        }

        if (parts is [{ Length: > 0 } etag])
        {
            stamp = new Stamp(null, null, new ETag(etag));
        }
        else if (parts is [{ Length: > 0 } dated, var ticks] && Stamp.TryParseTicks(ticks, out var instant))
        {
            stamp = new Stamp(null, instant, new ETag(dated));
        }

        return stamp is not null;
    }
}
