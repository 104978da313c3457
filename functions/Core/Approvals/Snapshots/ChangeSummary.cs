using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>A push in a few lines that are safe to show anywhere: in a terminal, a mail, a card.</summary>
public static class ChangeSummary
{
    private const int Paths = 3;

    /// <summary>
    /// A line for each update, at most <see cref="Approval.MaxSummary"/>; the last then counts the rest. One line each, at most 400 characters, what is
    /// invisible or controls a terminal made visible.
    /// </summary>
    public static ImmutableArray<string> Lines(IReadOnlyList<ChangeSet> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return changes.Count <= Approval.MaxSummary
            ? [.. changes.Select(Line)]
            : [.. changes.Take(Approval.MaxSummary - 1).Select(Line), $"and {Count(changes.Count - Approval.MaxSummary + 1, "more ref")}"];
    }

    private static string Line(ChangeSet change)
    {
        var name = Shown.Short(change.Update.Ref.Value);
        return Shown.Line(SnapshotBuilder.KindOf(change) switch
        {
            SnapshotUpdateKind.Delete => $"delete {name}",
            SnapshotUpdateKind.Create => $"create {name}: {Content(change)}",
            SnapshotUpdateKind.Force => $"force {name} (drops commits): {Content(change)}",
            _ => $"update {name}: {Content(change)}",
        });
    }

    private static string Content(ChangeSet change)
    {
        var text = $"{Count(change.Commits.Length, "commit")}, {Count(change.Paths.Length, "file")}";
        return change.Paths.IsEmpty
            ? text
            : $"{text} ({string.Join(", ", change.Paths.Take(Paths).Select(Shown.Short))}{(change.Paths.Length > Paths ? ", …" : "")})";
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
