using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Own;

/// <summary>May I, and if not, what would it take: the policy's word on one operation of the caller's own, without doing anything.</summary>
internal sealed class ExplainAccess : IBrokerTool
{
    private static readonly GitOid Some = GitOid.Parse(new string('1', 40));
    private static readonly GitOid Another = GitOid.Parse(new string('2', 40));
    private static readonly GitOid Nothing = GitOid.Parse(new string('0', 40));

    public Tool Definition { get; } = new()
    {
        Name = "explain_access",
        Title = "May I, and what would it take",
        Description = "Says whether the policy lets you do something in a repository (clone it, push to a branch, read a file, use a permission such as issues:write), which people would have to approve, or what is missing. It does nothing and asks nobody.",
        InputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "owner": { "type": "string", "description": "Repository owner" },
                "repo": { "type": "string", "description": "Repository name" },
                "action": { "type": "string", "enum": ["clone", "push", "create_branch", "delete_branch", "read_file", "permission"], "description": "What you would do" },
                "ref": { "type": "string", "description": "The branch that would be pushed, created, deleted or read; a full name such as refs/tags/v1 for others" },
                "paths": { "type": "array", "items": { "type": "string" }, "description": "Files that would be changed or read" },
                "permission": { "type": "string", "description": "For action permission: GitHub's name and access, such as issues:write or pull_requests:read" }
              },
              "required": ["owner", "repo", "action"],
              "additionalProperties": false
            }
            """),
        OutputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "decision": { "type": "string", "enum": ["allow", "approve", "deny"] },
                "explanation": { "type": "string" },
                "approvers": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": { "groups": { "type": "array", "items": { "type": "string" } }, "quorum": { "type": "integer" }, "reason": { "type": "string" } },
                    "required": ["groups", "quorum", "reason"]
                  }
                }
              },
              "required": ["decision", "explanation"]
            }
            """),
        Annotations = new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public bool MayEver(PolicyReach reach) => true;

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var repository = call.Arguments.Repository();
        var paths = call.Arguments.OptionalTexts("paths");
        var operation = call.Arguments.Choice("action", ["clone", "push", "create_branch", "delete_branch", "read_file", "permission"]) switch
        {
            "clone" => Operation.GitRead(repository),
            "push" => Operation.Push(repository, new RefUpdate(Ref(call.Arguments), Some, Another) { Forced = false, ChangedPaths = paths }),
            "create_branch" => Operation.Push(repository, new RefUpdate(Ref(call.Arguments), Nothing, Another) { ChangedPaths = paths ?? [] }),
            "delete_branch" => Operation.Push(repository, new RefUpdate(Ref(call.Arguments), Some, Nothing)),
            "read_file" => Operation.Api(
                repository, [PermissionSet.ContentsRead], new ApiCall("GET /repos/{owner}/{repo}/contents/{path}") { Reads = new(call.Arguments.Has("ref") ? Ref(call.Arguments) : null, paths) }),
            _ => Permission(call.Arguments) is var needs ? Operation.Api(repository, [needs], new ApiCall($"{needs}")) : throw new InvalidOperationException(),
        };
        return ValueTask.FromResult(Describe(call.Policy.Decide(call.Caller, operation), operation));
    }

    private static ToolAnswer Describe(Decision decision, Operation operation)
    {
        var (word, explanation, needs) = decision switch
        {
            Decision.Allow allow => ("allow", $"Allowed, by rule {allow.Grant.Rule}.", ImmutableArray<ApprovalRequirement>.Empty),
            Decision.NeedsApproval waits => ("approve", $"Allowed by rule {waits.Grant.Rule} once people approve: {string.Join(" and ", waits.Requirements.Select(Who))}. Call the tool as you would; its answer says where they decide.", waits.Requirements),

            // Whoever is not covered is told what a stranger is told.
            Decision.Deny { Reason: DenialReason.NotCovered } => ("deny", "There is no such repository, or the policy opens nothing of it to you. A rule that names your group and this repository would be needed.", []),
            Decision.Deny deny => ("deny", $"{deny.Explanation} ({deny.Reason})", []),
            _ => throw new InvalidOperationException("Unknown decision."),
        };
        var unknown = operation.Details is RefUpdate { ChangedPaths: null } ? " Which files it would change is not known: name them in paths, since rules about files count as matched until then." : "";
        var structured = new JsonObject { ["decision"] = word, ["explanation"] = new CallerText(explanation).Value + unknown };
        if (!needs.IsEmpty)
        {
            structured["approvers"] = new JsonArray(
            [
                .. needs.Select(static need => new JsonObject
                {
                    ["groups"] = new JsonArray([.. need.ApproverGroups.Select(static group => (JsonNode)group)]),
                    ["quorum"] = need.Quorum,
                    ["reason"] = new CallerText(need.Reason).Value,
                }),
            ]);
        }

        return ToolAnswer.Json(structured, $"{word}: {new CallerText(explanation).Value}{unknown}");
    }

    private static string Who(ApprovalRequirement need) => $"{need.Quorum} of {string.Join(" or ", need.ApproverGroups)} ({need.Reason})";

    private static RefName Ref(ToolArguments arguments)
    {
        var text = arguments.Text("ref");
        return RefName.TryParse(text.StartsWith("refs/", StringComparison.Ordinal) ? text : $"refs/heads/{text}", out var name) ? name : throw arguments.Problem("ref", "is no name that git would take.");
    }

    private static PermissionSet Permission(ToolArguments arguments)
    {
        var (name, access) = arguments.Text("permission").Split(':') is [var before, var after] ? (before, after) : ("", "");
        return name.Length is > 0 and <= 60 && name.All(static c => char.IsAsciiLetterLower(c) || c == '_') && access is "read" or "write" or "admin"
            ? PermissionSet.Of(name, access switch { "read" => Access.Read, "write" => Access.Write, _ => Access.Admin })
            : throw arguments.Problem("permission", "must be a permission of GitHub Apps and its access, such as issues:write.");
    }
}
