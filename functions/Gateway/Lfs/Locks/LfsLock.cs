using System.Globalization;
using System.Text.Json;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>A lock as the upstream tells of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">The file, without a slash before it.</param>
/// <param name="LockedAt">When.</param>
/// <param name="Owner">Whose, as the upstream knows it: of all that came through the broker, the App's.</param>
internal sealed record LfsLock(string Id, string Path, DateTimeOffset? LockedAt, string? Owner)
{
    private const int MaxIdLength = 100;

    /// <summary>Null when it is not as it should be.</summary>
    public static LfsLock? Read(LfsMembers? json)
    {
        DateTimeOffset at = default;
        return json is not null
            && json.TryText("id", out var id) && id is { Length: > 0 and <= MaxIdLength } && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && json.TryText("path", out var path) && LockCall.IsPath(path?.TrimStart('/'))
            && json.TryText("locked_at", out var time) && (time is null || DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
            && json.TryObject("owner", out var owner)
            && ReadName(owner, out var name)
                ? new(id, path!.TrimStart('/'), time is null ? null : at, name)
                : null;
    }

    /// <summary>Writes it as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="owner">Whose it is, as far as the broker knows; null when it does not.</param>
    public void Write(Utf8JsonWriter json, LockOwner? owner)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("path", Path);
        if (LockedAt is { } at)
        {
            json.WriteString("locked_at", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        if ((owner?.Name ?? Owner) is { } name)
        {
            json.WriteStartObject("owner");
            json.WriteString("name", new CallerText(name).Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool ReadName(LfsMembers? owner, out string? name)
    {
        name = null;
        return owner is null || owner.TryText("name", out name);
    }
}
