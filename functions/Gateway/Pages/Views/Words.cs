using System.Globalization;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Pages.Views;

/// <summary>Facts in words.</summary>
internal static class Words
{
    private const string Link = "120000";
    private const string Submodule = "160000";

    public static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long until then, or since then.</summary>
    public static string Away(DateTimeOffset at, DateTimeOffset now)
    {
        var span = (at - now).Duration();
        var text = span.TotalMinutes < 1 ? "less than a minute"
            : span.TotalMinutes < 120 ? Count((int)span.TotalMinutes, "minute", "minutes")
            : span.TotalHours < 48 ? Count((int)span.TotalHours, "hour", "hours")
            : Count((int)span.TotalDays, "day", "days");
        return at >= now ? $"in {text}" : $"{text} ago";
    }

    /// <summary>A length of time of whole seconds, minutes or hours.</summary>
    public static string Span(TimeSpan span) =>
        span.TotalSeconds % 60 != 0 ? Count((int)span.TotalSeconds, "second", "seconds")
        : span.TotalMinutes % 60 != 0 ? Count((int)span.TotalMinutes, "minute", "minutes")
        : Count((int)span.TotalHours, "hour", "hours");

    /// <summary>The permissions that are there for reading only, or for more; without what GitHub gives to everybody who has any.</summary>
    public static string PermissionsAt(PermissionSet permissions, bool write) => string.Join(
        ", ", permissions.Items.Where(each => each.Value > Access.Read == write && each.Key != "metadata").Select(static each => each.Key.Replace('_', ' ')));

    public static string SecretVerb(string verb) => verb switch
    {
        "list" => "list names",
        "get" => "read values",
        "get-masked" => "read masked",
        "use" => "use without seeing",
        _ => verb,
    };

    public static string Status(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Pending => "Waiting",
        ApprovalStatus.Approved => "Approved",
        ApprovalStatus.Denied => "Denied",
        ApprovalStatus.Expired => "Expired",
        ApprovalStatus.Cancelled => "Taken back",
        ApprovalStatus.Used => "Approved and done",
        ApprovalStatus.Lapsed => "Approved, not used",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static string StatusClass(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Pending => "waiting",
        ApprovalStatus.Approved or ApprovalStatus.Used => "good",
        ApprovalStatus.Denied => "bad",
        _ => "quiet",
    };

    /// <summary>Distinct people who said yes and were then in a group of the requirement.</summary>
    public static int Agreed(Approval approval, ApprovalRequirement requirement) => approval.Votes
        .Where(vote => vote.Verdict == ApprovalVerdict.Approve && vote.Groups.Any(group => requirement.ApproverGroups.Contains(group)))
        .DistinctBy(static vote => vote.Person)
        .Count();

    public static string Update(SnapshotUpdateKind kind) => kind switch
    {
        SnapshotUpdateKind.Update => "moves forward",
        SnapshotUpdateKind.Force => "is moved by force, and drops commits",
        SnapshotUpdateKind.Create => "is created",
        SnapshotUpdateKind.Delete => "is deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string Notice(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Waiting => "on its way",
        NoticeOutcome.Delivered => "delivered",
        NoticeOutcome.Failed => "not delivered",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>What happens to the file itself, in a word or two.</summary>
    public static string File(SnapshotFile file) => (file.OldMode, file.NewMode) switch
    {
        (null, var now) => $"new {What(now)}",
        (var was, null) => $"deleted {What(was)}",
        var (was, now) when What(was) != What(now) => $"{What(was)} becomes {What(now)}",
        var (was, now) when was != now => $"mode {was} becomes {now}",
        var (_, now) => now == "100644" ? "changed" : $"changed {What(now)}",
    };

    /// <summary>Why no lines are shown; null where they are.</summary>
    public static string? NoLines(SnapshotFile file) => file.Content switch
    {
        SnapshotContent.Shown => file.Hunks.IsEmpty && file.HunksLeftOut == 0 ? "Nothing in its lines changes." : null,
        SnapshotContent.Withheld => "The content is not shown, because nobody can vouch that it holds no secrets.",
        SnapshotContent.Binary => "Binary: there are no lines to show.",
        SnapshotContent.TooLarge => "Too large to show.",
        SnapshotContent.ModeOnly => "Only its mode changes; the content stays.",
        SnapshotContent.Reference => null,
        _ => throw new ArgumentOutOfRangeException(nameof(file)),
    };

    private static string What(string? mode) => mode switch
    {
        "100755" => "executable file",
        Link => "symbolic link",
        Submodule => "submodule",
        _ => "file",
    };
}
