using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>
/// Puts an approval into words for people. Texts from outside become one bounded line each, with nothing invisible in them and nothing that a reader's
/// program makes a link of: the only link is the broker's own. What would be changed is named, its content never shown.
/// </summary>
internal sealed class ApprovalNotices(ApprovalLinks links)
{
    /// <summary>Most lines of what would be done; then how many more there are.</summary>
    public const int MaxLines = 10;

    /// <summary>Most requirements that are spelled out; then how many more there are.</summary>
    public const int MaxRequirements = 3;

    private const int LongestName = 80;
    private const int LongestLine = 200;

    public ApprovalNotice Of(Approval approval, bool reminder)
    {
        var who = Text(approval.Requester.DisplayName, LongestName);
        var target = Text(approval.Target, LongestLine);
        var title = $"{(reminder ? "Reminder: " : "")}{who} needs an approval for {target}";
        return new(title, Facts(approval, who, target), Lines(approval.Summary), links.PageOf(approval.Id), approval.Expires, reminder);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Facts(Approval approval, string who, string target)
    {
        var facts = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        facts.Add(new("Who", who));
        facts.Add(new("Repository", target));
        foreach (var requirement in approval.Requirements.Take(MaxRequirements))
        {
            facts.Add(new("Rule", Text($"{requirement.Rule}: {requirement.Reason}", LongestLine)));
            facts.Add(new("Needed", Text($"{requirement.Quorum.ToString(CultureInfo.InvariantCulture)} of {string.Join(" or ", requirement.ApproverGroups)}", LongestLine)));
        }

        if (approval.Requirements.Length > MaxRequirements)
        {
            facts.Add(new("Also needed", $"what {Count(approval.Requirements.Length - MaxRequirements)} more rules ask for"));
        }

        facts.Add(new("Expires", approval.Expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)));
        return facts.ToImmutable();
    }

    private static ImmutableArray<string> Lines(ImmutableArray<string> summary)
    {
        var lines = summary.Take(MaxLines).Select(static line => Text(line, LongestLine));
        return summary.Length > MaxLines ? [.. lines, $"and {Count(summary.Length - MaxLines)} more"] : [.. lines];
    }

    // Mail and chat programs make links of what looks like one, whatever the markup: a commit's subject must not become a second button.
    private static string Text(string text, int longest) => Shown.Cut(text, longest)
        .Replace("://", ": //", StringComparison.Ordinal)
        .Replace("www.", "www .", StringComparison.OrdinalIgnoreCase);

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
