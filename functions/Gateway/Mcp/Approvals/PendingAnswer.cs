using System.Text.Json.Nodes;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Approvals;

/// <summary>What a tool answers whose change waits for people: an ordinary answer, with the id, the link, and what to do.</summary>
internal static class PendingAnswer
{
    /// <summary>The schema of what stands in <c>approval</c>.</summary>
    public const string Schema = """
        {
          "type": "object",
          "description": "Instead of a result: nothing was done yet, and a person has to approve it",
          "properties": {
            "id": { "type": "string" },
            "status": { "type": "string", "description": "pending, approved, denied, expired, cancelled, used or lapsed" },
            "url": { "type": "string", "description": "Where people decide; show it to your user" },
            "next": { "type": "string", "description": "What to do now" }
          },
          "required": ["id", "status", "url", "next"]
        }
        """;

    /// <param name="approval">What it waits for.</param>
    /// <param name="reference">The reference id of the call that waits.</param>
    /// <param name="isKept">Whether <c>approval_wait</c> will perform it; else the tool has to be called again.</param>
    public static ToolAnswer For(RefusedApproval approval, string reference, bool isKept)
    {
        var next = isKept
            ? $"Show your user the link, then call approval_wait with id {approval.Id}: it waits for the decision and performs the call once it is approved. Do not call this tool again for it, and do not try another way."
            : $"Show your user the link, call approval_wait with id {approval.Id}, and once it is approved call this tool again with the same arguments.";
        return new()
        {
            Content = [new TextContentBlock { Text = $"Nothing was done yet: a person has to approve it.\nApproval: {approval.Id} (pending)\nLink: {approval.Link.AbsoluteUri}\n{next} [reference {reference}]" }],
            Structured = new JsonObject { ["approval"] = Describe(approval, next) },
            Waits = isKept ? approval : null,
        };
    }

    public static JsonObject Describe(RefusedApproval approval, string next) => new()
    {
        ["id"] = approval.Id.Value,
        ["status"] = approval.Status.ToString().ToLowerInvariant(),
        ["url"] = approval.Link.AbsoluteUri,
        ["next"] = next,
    };
}
