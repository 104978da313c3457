using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs.Locks;

/// <summary>Which locks are listed.</summary>
internal sealed record LockQuery
{
    private const int MaxValueLength = 1024;

    public string? Path { get; private init; }

    public string? Id { get; init; }

    public string? Cursor { get; private init; }

    public RefName? Ref { get; private init; }

    /// <summary>How many at most.</summary>
    public required int Limit { get; init; }

    /// <summary>From the query of <c>GET locks</c>. Each name once; those that are empty are as if they were not there, as git-lfs sends them.</summary>
    public static Outcome<LockQuery> Parse(string query, LfsOptions options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || Decode(pair[(equals + 1)..]) is not { } value || !values.TryAdd(pair[..equals], value))
            {
                return Refusals.Malformed("The query is not one of names and values, each name once.");
            }
        }

        return values.Keys.FirstOrDefault(static name => name is not ("path" or "id" or "cursor" or "limit" or "refspec")) is { } unknown
            ? Refusals.Malformed($"A list of locks takes path, id, cursor, limit and refspec, and not '{unknown}'.")
            : Of(values.GetValueOrDefault("path"), values.GetValueOrDefault("id"), values.GetValueOrDefault("cursor"), values.GetValueOrDefault("limit"), values.GetValueOrDefault("refspec"), options);
    }

    /// <summary>From the body of <c>POST locks/verify</c>.</summary>
    public static Outcome<LockQuery> Parse(LfsMembers json, LfsOptions options) =>
        json.TryText("cursor", out var cursor) && json.TryNumber("limit", out var limit) && json.TryRef(out var named)
            ? Of(null, null, cursor, limit?.ToString(CultureInfo.InvariantCulture), named?.Value, options)
            : Refusals.Malformed("Locks are verified by cursor (a text), limit (a number) and ref (a full name).");

    /// <summary>As it is sent.</summary>
    public string Write()
    {
        var pairs = new (string Name, string? Value)[] { ("path", Path), ("id", Id), ("cursor", Cursor), ("limit", Limit.ToString(CultureInfo.InvariantCulture)), ("refspec", Ref?.Value) };
        return string.Join('&', pairs.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    private static Outcome<LockQuery> Of(string? path, string? id, string? cursor, string? limit, string? named, LfsOptions options)
    {
        RefName? of = null;
        var most = options.MaxLocks;
        if (!string.IsNullOrEmpty(limit) && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most < 0))
        {
            return Refusals.Malformed("The limit is not a number.");
        }

        if (!string.IsNullOrEmpty(path) && !LockCall.IsPath(path))
        {
            return Refusals.Malformed("The path is not one of a file, from the root of the repository.");
        }

        if (!string.IsNullOrEmpty(named) && !RefName.TryParse(named, out of))
        {
            return Refusals.Malformed("The ref is not a full name, such as refs/heads/main.");
        }

        return new LockQuery
        {
            Path = Some(path),
            Id = Some(id),
            Cursor = Some(cursor),
            Ref = of,
            Limit = most == 0 ? options.MaxLocks : Math.Min(most, options.MaxLocks),
        };
    }

    private static string? Some(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string? Decode(string value)
    {
        var text = Uri.UnescapeDataString(value.Replace('+', ' '));
        return text.Length <= MaxValueLength && !text.Any(static c => char.IsControl(c) || c == '\ufffd') ? text : null;
    }
}
