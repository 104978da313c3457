using System.Collections.Immutable;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>Holds a fetch to what the caller was shown.</summary>
/// <remarks>
/// A v2 server hands out any object whose id it is told, and a v0 server may be configured to, so the advertisement alone hides nothing.
/// Where some refs are hidden: each want must be a tip that is shown; tags do not come along unasked, as a hidden one would; a filter
/// is refused, because a partial clone goes on by asking for objects by id; and the refs a shallow clone is cut at must be shown.
/// </remarks>
public static class FetchGuard
{
    /// <summary>The request as it may be forwarded, or why it may not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="byIdReads">Whether the caller may read any object by its id: every ref is visible to it and no path denied.</param>
    /// <param name="shown">What the caller is shown, from a fresh listing; not looked at when <paramref name="byIdReads"/>.</param>
    public static GitResult<FetchRequest> Check(FetchRequest request, bool byIdReads, ShownRefs shown)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(shown);
        if (byIdReads)
        {
            return request;
        }

        if (request.Filter is not null)
        {
            return GitFailure.NotAllowed("partial clones are not offered here");
        }

        if (request.Wants.FirstOrDefault(want => !shown.Contains(want)) is { } hidden)
        {
            // git's own words, which say the same of an object that is hidden and of one that does not exist.
            return GitFailure.NotAllowed($"upload-pack: not our ref {hidden.Hex}");
        }

        var cuts = ImmutableArray.CreateBuilder<string>(request.DeepenNot.Length);
        foreach (var name in request.DeepenNot)
        {
            if (shown.Resolve(name) is not { } full)
            {
                return GitFailure.NotAllowed($"git upload-pack: deepen-not is not a ref: {name}");
            }

            cuts.Add(full);
        }

        // A v0 client that would like a filter names the capability even where none is offered, and then sends no filter: that is no reason to refuse.
        return request.Without(FetchOptions.IncludeTag | FetchOptions.Filter, cuts.MoveToImmutable());
    }
}
