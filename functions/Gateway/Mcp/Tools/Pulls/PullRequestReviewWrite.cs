using System.Globalization;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>
/// <c>pull_request_review_write</c>. Reviews go over REST, where the broker looks at the text that is written; threads are GraphQL's alone. On GitHub all callers are one App, so that
/// a review that waits is everybody's: the reader is told.
/// </summary>
internal sealed class PullRequestReviewWrite : IBrokerTool
{
    private const string Resolve = "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id isResolved } } }";

    private const string Unresolve = "mutation($id: ID!) { unresolveReviewThread(input: { threadId: $id }) { thread { id isResolved } } }";

    private static readonly string[] Methods = ["create", "submit_pending", "delete_pending", "resolve_thread", "unresolve_thread"];

    private static readonly string[] Events = ["APPROVE", "REQUEST_CHANGES", "COMMENT"];

    public Tool Definition { get; } = Define.Change(
        "pull_request_review_write",
        "Review pull request",
        "Reviews a pull request. create with event submits a review at once, which is what you mostly want; without event it makes one that waits. submit_pending and delete_pending end "
            + "the one that waits. On GitHub the broker's App writes for everybody, so there is one waiting review for all who work through it, and GitHub lets the App approve no pull "
            + "request that was opened through it. resolve_thread and unresolve_thread settle a thread of pull_request_read's get_review_comments.",
        Schema.Input(
            $$"""
            "method": {{Schema.Choice("What to do", Methods)}},
            {{Schema.Repository}},
            {{PullName.Property}},
            "body": { "type": "string", "description": "Text of the review" },
            "event": {{Schema.Choice("The verdict; needed to submit", Events)}},
            "commitID": { "type": "string", "description": "For create: id of the commit that was looked at; the head unless you say otherwise" },
            "threadId": { "type": "string", "description": "For resolve_thread and unresolve_thread: id of the thread, such as PRRT_kw..." }
            """,
            "method",
            "owner",
            "repo",
            "pullNumber"),
        Schema.Output(
            """ "message": { "type": "string" }, "id": { "type": "integer" }, "state": { "type": "string" }, "url": { "type": "string" }, "thread_id": { "type": "string" }, "is_resolved": { "type": "boolean" } """,
            "message"),
        destroys: true,
        repeatable: false);

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.PullsWrite);

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var pull = PullName.Of(arguments);
        var method = arguments.Choice("method", Methods);
        switch (method)
        {
            case "resolve_thread" or "unresolve_thread":
                return call.PerformAsync(ApiCallRequest.GraphQl(method == "resolve_thread" ? Resolve : Unresolve, new() { ["id"] = arguments.Text("threadId") }), cancellationToken);
            case "create":
                var review = Json.Of(
                    ("body", arguments.OptionalText("body")),
                    ("event", arguments.Has("event") ? arguments.Choice("event", Events) : null),
                    ("commit_id", arguments.OptionalText("commitID")));
                return call.PerformAsync(ApiCallRequest.Send(HttpMethod.Post, pull.Path("/reviews"), review), cancellationToken);
            default:
                return PendingAsync(call, pull, method == "submit_pending" ? arguments.Choice("event", Events) : null, cancellationToken);
        }
    }

    public ToolAnswer Finish(ApiCallRequest change, ApiAnswer answer)
    {
        var made = answer.Json();
        if (change.Path == ApiPath.GraphQl)
        {
            var thread = (made.At("data").At("resolveReviewThread") ?? made.At("data").At("unresolveReviewThread")).At("thread");
            return Graph.Failed(answer) ?? ToolAnswer.Json(Json.Of(
                ("message", thread.IsTrue("isResolved") ? "The thread is resolved." : "The thread is open."), ("thread_id", thread.Text("id")), ("is_resolved", thread.IsTrue("isResolved"))));
        }

        var message = change.Method == HttpMethod.Delete ? "The waiting review is deleted."
            : made.Text("state") == "PENDING" ? "A review waits. It is everybody's who works through the broker on this pull request: submit it soon with submit_pending."
            : "The review is submitted.";
        return ToolAnswer.Json(Json.Of(("message", message), ("id", made.Copy("id")), ("state", change.Method == HttpMethod.Delete ? null : made.Text("state")), ("url", made.Text("html_url"))));
    }

    /// <summary>Ends the review that waits, of which GitHub tells only whose it is: with a verdict, or without.</summary>
    private static async ValueTask<ToolAnswer> PendingAsync(ToolCall call, PullName pull, string? verdict, CancellationToken cancellationToken)
    {
        for (var page = 1; ; page++)
        {
            var asked = await call.AskAsync(ApiCallRequest.Get(pull.Path("/reviews"), ("page", page), ("per_page", 100)), cancellationToken);
            if (!asked.Succeeded(out var reviews, out var failure))
            {
                return failure;
            }

            if (reviews.Objects().FirstOrDefault(static review => review.Text("state") == "PENDING").Number("id")?.ToString(CultureInfo.InvariantCulture) is { } id)
            {
                return await call.PerformAsync(
                    verdict is null
                        ? ApiCallRequest.Send(HttpMethod.Delete, pull.Path("/reviews/{review_id}", id))
                        : ApiCallRequest.Send(HttpMethod.Post, pull.Path("/reviews/{review_id}/events", id), Json.Of(("event", verdict), ("body", call.Arguments.OptionalText("body")))),
                    cancellationToken);
            }

            if (!asked.Answer.HasNextPage)
            {
                return ToolAnswer.Error("No review waits on this pull request. create with event submits one at once.");
            }
        }
    }
}
