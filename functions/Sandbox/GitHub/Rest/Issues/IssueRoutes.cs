using System.Globalization;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Issues. Pull requests are issues as well, and show among them.</summary>
internal sealed class IssueRoutes : IRestGroup
{
    public void Add(RestTable table)
    {
        table.Get("issues", "issues=read", static call => Task.FromResult(List(call)));
        table.Get("issues/{number:n}", "issues=read", static call => Task.FromResult(
            call.Records.Issue(call.Number("number")) is { } issue ? RestAnswer.Of(IssueJson.Of(issue, call)) : RestAnswer.NotFound));
        table.Post("issues", "issues=write", static call => Task.FromResult(Create(call)));
        table.Patch("issues/{number:n}", "issues=write; pull_requests=write", static call => Task.FromResult(Change(call)));
        table.Put("issues/{number:n}/lock", "issues=write; pull_requests=write", static call => Task.FromResult(Lock(call, locked: true)));
        table.Delete("issues/{number:n}/lock", "issues=write; pull_requests=write", static call => Task.FromResult(Lock(call, locked: false)));
    }

    /// <summary>False when a token may not do this to what a number names: an issue needs <c>issues</c>, a pull request either.</summary>
    public static bool MayWrite(RestCall call, IssueRecord issue) =>
        call.Token?.Allows("issues", PermissionLevel.Write) == true || (issue.Pull is not null && call.Token?.Allows("pull_requests", PermissionLevel.Write) == true);

    private static RestAnswer List(RestCall call)
    {
        var state = call.Query("state") ?? "open";
        var labels = call.Query("labels")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var (assignee, creator, milestone) = (call.Query("assignee"), call.Query("creator"), call.Query("milestone"));
        var since = DateTimeOffset.TryParse(call.Query("since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MinValue;
        var found = call.Records.Issues.Values.Where(issue =>
            (state == "all" || issue.IsOpen == (state == "open"))
            && labels.All(label => issue.Labels.Contains(label, StringComparer.OrdinalIgnoreCase))
            && assignee switch { null or "*" when assignee is null || !issue.Assignees.IsEmpty => true, "none" => issue.Assignees.IsEmpty, _ => issue.Assignees.Contains(assignee!) }
            && (creator is null || issue.User == creator)
            && milestone switch { null => true, "*" => issue.Milestone is not null, "none" => issue.Milestone is null, _ => issue.Milestone?.ToString(CultureInfo.InvariantCulture) == milestone }
            && issue.UpdatedAt >= since);
        return RestAnswer.List([.. Sorted(found, call)], issue => IssueJson.Of(issue, call));
    }

    /// <summary>In the order asked for: by creation, latest first, unless said otherwise.</summary>
    public static IEnumerable<IssueRecord> Sorted(IEnumerable<IssueRecord> issues, RestCall call)
    {
        var byTime = call.Query("sort") switch
        {
            "updated" => issues.OrderBy(static issue => issue.UpdatedAt).ThenBy(static issue => issue.Number),
            "comments" => issues.OrderBy(static issue => issue.Comments.Length).ThenBy(static issue => issue.Number),
            _ => issues.OrderBy(static issue => issue.CreatedAt).ThenBy(static issue => issue.Number),
        };
        return call.Query("direction") == "asc" ? byTime : byTime.Reverse();
    }

    private static RestAnswer Create(RestCall call)
    {
        var body = call.Body;
        var (title, text, labels, assignees, milestone) =
            (body.RequiredText("title"), body.Text("body"), body.Texts("labels") ?? [], body.Texts("assignees") ?? [], body.Number("milestone"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (title.Length == 0)
        {
            return RestAnswer.Invalid("Issue", "title", "missing_field");
        }

        if (!call.Records.Settings.HasIssues)
        {
            return new RestAnswer.Refused(410, "Issues has been disabled in this repository.");
        }

        if (milestone is { } wanted && !call.Records.Milestones.ContainsKey(RestCall.Index(wanted)))
        {
            return RestAnswer.Invalid("Issue", "milestone", "invalid");
        }

        var now = call.Records.Now;
        var issue = call.Records.AddIssue(number => new IssueRecord
        {
            Number = number,
            Title = title,
            Body = text,
            User = Accounts.Bot,
            CreatedAt = now,
            UpdatedAt = now,
            Labels = LabelRoutes.Ensure(call.Records, labels),
            Assignees = [.. assignees.Where(Accounts.IsMember)],
            Milestone = (int?)milestone,
        });
        return RestAnswer.Created(IssueJson.Of(issue, call), new Uri(call.Here.Api($"issues/{issue.Number}")));
    }

    private static RestAnswer Change(RestCall call)
    {
        var body = call.Body;
        var (title, text, state, reason) = (body.Text("title"), body.Text("body"), body.Text("state"), body.Text("state_reason"));
        var (labels, assignees, milestone) = (body.Texts("labels"), body.Texts("assignees"), body.Number("milestone"));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        if (state is not (null or "open" or "closed"))
        {
            return RestAnswer.Invalid("Issue", "state", "invalid");
        }

        if (milestone is { } wanted && !call.Records.Milestones.ContainsKey(RestCall.Index(wanted)))
        {
            return RestAnswer.Invalid("Issue", "milestone", "invalid");
        }

        var known = labels is null ? issue.Labels : LabelRoutes.Ensure(call.Records, labels);
        return RestAnswer.Of(IssueJson.Of(
            call.Records.ChangeIssue(issue.Number, old => Closed(old, state, reason, call.Records.Now) with
            {
                Title = title ?? old.Title,
                Body = body.Names("body") ? text : old.Body,
                Labels = labels is null ? old.Labels : known,
                Assignees = assignees is null ? old.Assignees : [.. assignees.Where(Accounts.IsMember)],
                Milestone = body.Names("milestone") ? (int?)milestone : old.Milestone,
                UpdatedAt = call.Records.Now,
            }),
            call));
    }

    /// <summary>An issue closed or opened again, as asked.</summary>
    public static IssueRecord Closed(IssueRecord issue, string? state, string? reason, DateTimeOffset now) => state switch
    {
        "closed" when issue.IsOpen => issue with { ClosedAt = now, ClosedBy = Accounts.Bot, StateReason = issue.Pull is null ? reason ?? "completed" : null, UpdatedAt = now },
        "open" when !issue.IsOpen => issue with { ClosedAt = null, ClosedBy = null, StateReason = issue.Pull is null ? "reopened" : null, UpdatedAt = now },
        _ => issue,
    };

    private static RestAnswer Lock(RestCall call, bool locked)
    {
        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        call.Records.ChangeIssue(issue.Number, old => old with { Locked = locked });
        return RestAnswer.NoContent;
    }
}
