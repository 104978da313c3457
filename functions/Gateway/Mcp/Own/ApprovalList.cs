using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Own;

/// <summary>The approvals that the caller asked for: theirs and nobody else's.</summary>
internal sealed class ApprovalList(IApprovalDesk desk, ApprovalLinks links, TimeProvider time) : IBrokerTool
{
    private const int Most = 100;
    private const int Default = 20;

    // Every look reads what everybody asked for: one in three seconds, and a few at once.
    private const int LooksPerMinute = 20;
    private const int LooksAtOnce = 5;

    private readonly PointBudget<PersonId> _looks = new(LooksPerMinute, LooksAtOnce, time);

    public Tool Definition { get; } = new()
    {
        Name = "approval_list",
        Title = "List my approvals",
        Description = "Lists the approvals that you asked for, newest first: what for, how they stand, and where they are decided. Only these are yours.",
        InputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "status": { "type": "string", "enum": ["pending", "approved", "open", "all"], "description": "open, which is pending and approved, unless told otherwise" },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "description": "How many at most; 20 unless told otherwise" }
              },
              "additionalProperties": false
            }
            """),
        OutputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "approvals": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "id": { "type": "string" }, "status": { "type": "string" }, "url": { "type": "string" }, "target": { "type": "string" },
                      "summary": { "type": "array", "items": { "type": "string" } }, "created": { "type": "string" }, "ends": { "type": "string" }
                    },
                    "required": ["id", "status", "url", "target", "summary", "created", "ends"]
                  }
                },
                "more": { "type": "boolean", "description": "Whether there are more than were asked for" }
              },
              "required": ["approvals", "more"]
            }
            """),
        Annotations = new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public bool MayEver(PolicyReach reach) => true;

    public async ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var status = call.Arguments.Choice("status", ["pending", "approved", "open", "all"], "open");
        var limit = call.Arguments.OptionalInteger("limit", 1, Most) ?? Default;
        if (_looks.Take(call.Caller.Person, 1) is { } wait)
        {
            return Failures.Limited(Definition.Name, LooksPerMinute, wait);
        }

        var (found, more) = (ImmutableArray.CreateBuilder<Approval>(), false);
        await foreach (var approval in desk.ListAsync(cancellationToken))
        {
            if (approval.Requester.Person != call.Caller.Person || !IsAskedFor(approval.Status, status))
            {
                continue;
            }

            if (found.Count == limit)
            {
                more = true;
                break;
            }

            found.Add(approval);
        }

        return ToolAnswer.Json(new JsonObject { ["approvals"] = new JsonArray([.. found.Select(Describe)]), ["more"] = more }, Text(found, more));
    }

    private static bool IsAskedFor(ApprovalStatus status, string asked) => asked switch
    {
        "pending" => status is ApprovalStatus.Pending,
        "approved" => status is ApprovalStatus.Approved,
        "open" => status is ApprovalStatus.Pending or ApprovalStatus.Approved,
        _ => true,
    };

    private static DateTimeOffset EndOf(Approval approval) => approval.Ended ?? approval.UsableUntil ?? approval.Expires;

    private JsonObject Describe(Approval approval) => new()
    {
        ["id"] = approval.Id.Value,
        ["status"] = approval.Status.ToString().ToLowerInvariant(),
        ["url"] = links.PageOf(approval.Id).AbsoluteUri,
        ["target"] = approval.Target,
        ["summary"] = new JsonArray([.. approval.Summary.Select(static line => (JsonNode)new CallerText(line).Value)]),
        ["created"] = approval.Created.ToString("O", CultureInfo.InvariantCulture),
        ["ends"] = EndOf(approval).ToString("O", CultureInfo.InvariantCulture),
    };

    private string Text(ImmutableArray<Approval>.Builder found, bool more)
    {
        var text = new StringBuilder(found.Count == 0 ? "There are none." : "");
        foreach (var approval in found)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{approval.Id} {approval.Status.ToString().ToLowerInvariant()} on {approval.Target}: {new CallerText(string.Join("; ", approval.Summary))} ({links.PageOf(approval.Id).AbsoluteUri}, until {EndOf(approval).UtcDateTime:yyyy-MM-dd HH:mm} UTC)\n");
        }

        return text.Append(more ? "There are more; raise limit." : "").ToString().TrimEnd();
    }
}
