using System.Globalization;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>What deny and approve entries are about. An entry's keys must all hold, so that each becomes part of one sentence; what is about several kinds of things becomes several.</summary>
internal static class EntryWords
{
    public static IEnumerable<string> Of(DenyEntry entry)
    {
        if (entry.Push is { } push)
        {
            yield return MatcherWords.Pushes(push, null);
        }

        if (entry.Read is { } read)
        {
            yield return $"reading {Listing.Of(read.Globs.Select(static glob => glob.ToString()), "or")}";
        }

        if (entry.Api is { } api)
        {
            yield return MatcherWords.Calls(api);
        }

        foreach (var demand in entry.Secrets)
        {
            yield return VerbWords.Of(demand);
        }
    }

    /// <summary><c>pushes to main (1 person of payments-leads)</c>.</summary>
    public static IEnumerable<string> Of(ApproveEntry entry)
    {
        var people = string.Create(CultureInfo.InvariantCulture, $"{entry.Quorum} {(entry.Quorum == 1 ? "person" : "people")} of {Listing.Of(entry.ApproverGroups, "or")}");
        return Matched(entry).Select(what => $"{what} ({people})");
    }

    private static IEnumerable<string> Matched(ApproveEntry entry) =>
        entry.Api is { } api ? [MatcherWords.Calls(api)]
        : entry.Secrets.IsEmpty ? [MatcherWords.Pushes(entry.Push ?? new(), entry.Paths)]
        : entry.Secrets.Select(VerbWords.Of);
}
