using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// Whether a caller may change what no ref and no path bounds: the repository's settings and what guards it. A new default branch changes what created refs are counted from, a new name
/// which rules there are, a page or a visibility who reads it: around whatever is held back of refs and paths. So it is for whom nothing of them is.
/// </summary>
internal static class WholeRepository
{
    /// <summary>What one rule holds back of the repository's refs, in words; null when nothing.</summary>
    public static string? Misses(Rule rule) =>
        !rule.Refs.Visible.IsEverything ? $"shows {rule.Refs.Visible}"
        : !rule.Refs.PushesEverything ? $"lets {rule.Refs.PushText} be pushed only"
        : null;

    /// <summary>What the rules about this caller hold back together, in words; null when nothing.</summary>
    public static (Rule? Rule, string Text)? HeldBack(ImmutableArray<Rule> covering, RefVisibility contents)
    {
        if (!contents.IsEverything)
        {
            return (null, "no rule that gives contents:read shows every ref");
        }

        foreach (var rule in covering)
        {
            if (rule.DeniesReadingPaths)
            {
                return (rule, "keeps some paths from readers");
            }

            if (rule.Deny.Any(static entry => entry.Push is not null))
            {
                return (rule, "denies some pushes");
            }

            if (rule.Approve.Any(static entry => entry is { Secrets.IsEmpty: true, Api: null }))
            {
                return (rule, "wants people to approve some pushes");
            }
        }

        // Whoever may push nothing at all moves nothing either way; whoever may push some refs is held to them.
        var writers = covering.Where(static rule => rule.Allow.Covers(PermissionSet.ContentsWrite)).ToImmutableArray();
        return writers.IsEmpty || writers.Any(static rule => rule.Refs.PushesEverything) ? null : (writers[0], Misses(writers[0])!);
    }
}
