using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shapes;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Repositories;

/// <summary><c>list_commits</c>.</summary>
internal sealed class ListCommits : IBrokerTool
{
    private static readonly string[] Usual = ["sha", "commit", "author"];

    public Tool Definition { get; } = Define.Read(
        "list_commits",
        "List commits",
        "Lists the commits of a branch, the latest first. Narrow it by path, author or time.",
        Schema.Input(
            $$"""
            {{Schema.Repository}},
            "sha": { "type": "string", "description": "The branch, tag or commit to begin at; the default branch unless you say otherwise" },
            "author": { "type": "string", "description": "Only commits by this login or email address" },
            "path": { "type": "string", "description": "Only commits that change this path" },
            "since": { "type": "string", "description": "Only commits after this time, such as 2026-03-01 or 2026-03-01T12:00:00Z" },
            "until": { "type": "string", "description": "Only commits before this time" },
            "fields": {{Schema.Fields(CommitShape.All, Usual)}},
            {{Schema.Paging}}
            """,
            "owner",
            "repo"),
        Schema.Output($$""" "commits": {{Schema.List(Schema.Object(CommitShape.Properties))}}, {{Schema.NextPage}} """, "commits"));

    public bool MayEver(PolicyReach reach) => reach.MayEver(PermissionSet.ContentsRead);

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var page = Page.Of(call.Arguments);
        var fields = Fields.Of(call.Arguments, CommitShape.All, Usual);
        var asked = await call.AskAsync(
            ApiCallRequest.Get(
                ApiPath.Of("/repos/{owner}/{repo}/commits", repository.Owner, repository.Name),
                ("sha", call.Arguments.OptionalText("sha")),
                ("path", RepositoryPath.OrRoot(call.Arguments, "path")),
                ("author", call.Arguments.OptionalText("author")),
                ("since", Time(call.Arguments, "since")),
                ("until", Time(call.Arguments, "until")),
                ("page", page.Number),
                ("per_page", page.Size)),
            cancellationToken);
        return asked.Succeeded(out var found, out var failure)
            ? page.Answer("commits", Json.List(found.Objects().Select(commit => fields.Pick(CommitShape.Of(commit)))), asked.Answer)
            : failure;
    }

    /// <summary>A time as GitHub takes it: a day alone is its beginning, in UTC.</summary>
    public static string? Time(ToolArguments arguments, string name) => arguments.OptionalText(name) is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : throw arguments.Problem(name, "must be a time such as 2026-03-01 or 2026-03-01T12:00:00Z.");
}
