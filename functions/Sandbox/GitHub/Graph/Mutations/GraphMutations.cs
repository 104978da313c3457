using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph.Mutations;

/// <summary>What mutations have in common.</summary>
internal static class GraphMutations
{
    /// <summary>Adds a mutation, with what it needs, as GitHub writes permissions.</summary>
    public static GraphType<RootSource> Mutation(this GraphType<RootSource> type, string name, string needs, Func<GraphField, Task<Dictionary<string, object?>>> change)
    {
        var permissions = new RestPermissions(needs);
        return type.FieldAsync(name, async (_, field) =>
        {
            field.Call.Require(permissions, repository: null, isRead: false);
            var payload = await change(field).ConfigureAwait(false);
            payload["clientMutationId"] = field.Input.Text("clientMutationId");
            return payload;
        });
    }

    public static Dictionary<string, object?> Payload(string name, object? value) => new(StringComparer.Ordinal)
    {
        [name] = value,
        ["actor"] = AccountSource.Of(Accounts.Bot),
    };

    /// <summary>An edge as a payload has it, which belongs to no page.</summary>
    public static Dictionary<string, object?> Edge(object node) => new(StringComparer.Ordinal) { ["node"] = node, ["cursor"] = "MQ" };

    /// <exception cref="GraphRefusal">The token may not write this: an issue needs <c>issues</c>, a pull request either.</exception>
    public static void RequireWrite(GraphField field, IssueRecord issue)
    {
        if (issue.Pull is null && !field.Call.Token.Allows("issues", PermissionLevel.Write))
        {
            throw GraphRefusal.Forbidden();
        }
    }

    /// <summary>REST's refusal, as GraphQL says it.</summary>
    public static GraphRefusal Refused(RestAnswer? answer) => answer is RestAnswer.Refused refused
        ? refused.Status == 403 ? GraphRefusal.Forbidden() : GraphRefusal.Unprocessable((string?)refused.Errors?[0]?["message"] ?? refused.Message)
        : throw new InvalidOperationException("There was no refusal.");

    /// <summary>Logins behind node ids of accounts.</summary>
    public static List<string> Logins(GraphArguments input, string name) =>
        [.. (input.Texts(name) ?? []).Select(NodeIds.Read).Where(static id => id is { Prefix: "U" or "BOT" }).Select(static id => id!.Value.Key)];

    /// <summary>Names of labels behind node ids.</summary>
    public static List<string> Labels(GraphArguments input, string name) =>
        [.. (input.Texts(name) ?? []).Select(NodeIds.Read).Where(static id => id is { Prefix: "LA" }).Select(static id => id!.Value.Key)];

    /// <summary>The milestone behind a node id; null when none is given.</summary>
    public static int? Milestone(GraphArguments input) =>
        input.Text("milestoneId") is { } id && NodeIds.Read(id) is { Prefix: "MI" } found && int.TryParse(found.Key, out var number) ? number : null;
}
