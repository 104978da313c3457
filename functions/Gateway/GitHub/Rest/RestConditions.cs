using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What a caller already has, and which part of a file is wanted. All there is of a caller's headers beside what it accepts.</summary>
/// <param name="IfNoneMatch">Entity tags, as sent; empty for none.</param>
/// <param name="IfModifiedSince">A date (RFC 9110, 5.6.7); null for none.</param>
/// <param name="Range">One range of bytes; null for none.</param>
internal sealed record RestConditions(string IfNoneMatch, DateTimeOffset? IfModifiedSince, string? Range)
{
    private const int MaxLength = 4096;

    public static Outcome<RestConditions> Parse(IHeaderDictionary headers)
    {
        var tags = headers.IfNoneMatch.ToString();
        if (tags.Length > MaxLength || (tags.Length > 0 && !EntityTagHeaderValue.TryParseStrictList([tags], out _)))
        {
            return Refusals.Malformed("If-None-Match is no list of entity tags.");
        }

        DateTimeOffset? since = null;
        if (headers.IfModifiedSince.ToString() is { Length: > 0 } date)
        {
            if (!HeaderUtilities.TryParseDate(date, out var parsed))
            {
                return Refusals.Malformed("If-Modified-Since is no date.");
            }

            since = parsed;
        }

        string? range = null;
        if (headers.Range.ToString() is { Length: > 0 } text)
        {
            if (!RangeHeaderValue.TryParse(text, out var parsed) || parsed is not { Ranges.Count: 1 } || !parsed.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            {
                return Refusals.NotSupported("Range is one range of bytes, and no more than one.");
            }

            range = parsed.ToString();
        }

        return new RestConditions(tags, since, range);
    }

    /// <summary>The headers that are sent on, with those entity tags alone that this person was given while the same was masked.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ToHeaders(PersonId person, string maskedAs)
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(2);
        if (IfNoneMatch.Length > 0 && CallerEntityTags.Unbind(IfNoneMatch, person, maskedAs) is { } tags)
        {
            headers.Add(new("If-None-Match", tags));
        }

        if (IfModifiedSince is { } since)
        {
            headers.Add(new("If-Modified-Since", HeaderUtilities.FormatDate(since)));
        }

        return headers.ToImmutable();
    }
}
