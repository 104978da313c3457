using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub.Records;

namespace CursorBroker.Sandbox.GitHub.Rest.Issues;

/// <summary>Labels of a repository, and those on an issue.</summary>
internal sealed class LabelRoutes : IRestGroup
{
    private const string MayRead = "issues=read; pull_requests=read";
    private const string MayWrite = "issues=write; pull_requests=write";

    public void Add(RestTable table)
    {
        table.Get("labels", MayRead, static call => Task.FromResult(RestAnswer.List(call.Records.Labels, label => Json(label, call))));
        table.Post("labels", MayWrite, static call => Task.FromResult(Create(call)));
        table.Get("labels/{name}", MayRead, static call => Task.FromResult(
            call.Records.Label(call["name"]) is { } label ? RestAnswer.Of(Json(label, call)) : RestAnswer.NotFound));
        table.Patch("labels/{name}", MayWrite, static call => Task.FromResult(Change(call)));
        table.Delete("labels/{name}", MayWrite, static call => Task.FromResult(Delete(call)));
        table.Get("issues/{number:n}/labels", MayRead, static call => Task.FromResult(
            call.Records.Issue(call.Number("number")) is { } issue ? OnIssue(issue, call) : RestAnswer.NotFound));
        table.Post("issues/{number:n}/labels", MayWrite, static call => Task.FromResult(Set(call, static (old, names) => [.. old.Union(names)])));
        table.Put("issues/{number:n}/labels", MayWrite, static call => Task.FromResult(Set(call, static (_, names) => names)));
        table.Delete("issues/{number:n}/labels", MayWrite, static call => Task.FromResult(Take(call, static _ => true)));
        table.Delete("issues/{number:n}/labels/{name}", MayWrite, static call => Task.FromResult(
            Take(call, label => string.Equals(label, call["name"], StringComparison.OrdinalIgnoreCase))));
    }

    /// <summary>Labels by name, as they are spelled; those that are missing are made, as GitHub does.</summary>
    public static ImmutableArray<string> Ensure(RepositoryRecords records, IEnumerable<string> names) =>
        [.. names.Select(name => (records.Label(name) ?? records.AddLabel(name, "ededed", null)).Name).Distinct()];

    private static System.Text.Json.Nodes.JsonObject Json(LabelRecord label, RestCall call) => IssueJson.Label(label, call.Repository, call.Links);

    private static RestAnswer OnIssue(IssueRecord issue, RestCall call) =>
        RestAnswer.List([.. issue.Labels.Select(call.Records.Label).OfType<LabelRecord>()], label => Json(label, call));

    private static RestAnswer Create(RestCall call)
    {
        var (name, color, description) = (call.Body.RequiredText("name"), call.Body.Text("color") ?? "ededed", call.Body.Text("description"));
        return call.Body.Refusal ?? (call.Records.Label(name) is not null
            ? RestAnswer.Invalid("Label", "name", "already_exists")
            : RestAnswer.Created(Json(call.Records.AddLabel(name, color.TrimStart('#'), description), call), new Uri(call.Here.Api("labels/" + Uri.EscapeDataString(name)))));
    }

    private static RestAnswer Change(RestCall call)
    {
        var (name, color, description) = (call.Body.Text("new_name"), call.Body.Text("color"), call.Body.Text("description"));
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Label(call["name"]) is not { } old)
        {
            return RestAnswer.NotFound;
        }

        var label = old with { Name = name ?? old.Name, Color = color ?? old.Color, Description = description ?? old.Description };
        call.Records.ReplaceLabel(old, label);
        return RestAnswer.Of(Json(label, call));
    }

    private static RestAnswer Delete(RestCall call)
    {
        if (call.Records.Label(call["name"]) is not { } old)
        {
            return RestAnswer.NotFound;
        }

        call.Records.ReplaceLabel(old, null);
        return RestAnswer.NoContent;
    }

    private static RestAnswer Set(RestCall call, Func<ImmutableArray<string>, ImmutableArray<string>, ImmutableArray<string>> change)
    {
        var names = call.Body.Texts("labels");
        if (call.Body.Refusal is { } refusal)
        {
            return refusal;
        }

        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!IssueRoutes.MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        var known = Ensure(call.Records, names ?? []);
        return OnIssue(call.Records.ChangeIssue(issue.Number, old => old with { Labels = change(old.Labels, known), UpdatedAt = call.Records.Now }), call);
    }

    private static RestAnswer Take(RestCall call, Func<string, bool> which)
    {
        if (call.Records.Issue(call.Number("number")) is not { } issue)
        {
            return RestAnswer.NotFound;
        }

        if (!IssueRoutes.MayWrite(call, issue))
        {
            return RestAnswer.Forbidden;
        }

        var isOne = call.Parameters.ContainsKey("name");
        if (isOne && !issue.Labels.Any(which))
        {
            return new RestAnswer.Refused(404, "Label does not exist");
        }

        var after = call.Records.ChangeIssue(issue.Number, old => old with { Labels = old.Labels.RemoveAll(label => which(label)), UpdatedAt = call.Records.Now });
        return isOne ? OnIssue(after, call) : RestAnswer.NoContent;
    }
}
