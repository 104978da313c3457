using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Own;

/// <summary>Who the caller is to the broker, and what the policy gives them.</summary>
internal sealed class WhoAmI : IBrokerTool
{
    public Tool Definition { get; } = new()
    {
        Name = "whoami",
        Title = "Who am I, and what may I do",
        Description = "Says who you are to the broker (the person you work for, their groups, the session that is recorded) and, rule by rule, which repositories and vaults the policy opens to you, for what, which branches you may push, and what waits for a person.",
        InputSchema = ToolSchema.Of("""{ "type": "object", "properties": {}, "additionalProperties": false }"""),
        OutputSchema = ToolSchema.Of("""
            {
              "type": "object",
              "properties": {
                "name": { "type": "string" }, "kind": { "type": "string" }, "client": { "type": "string" }, "session": { "type": "string" },
                "groups": { "type": "array", "items": { "type": "string" } },
                "rules": { "type": "array", "items": { "type": "object" } }
              },
              "required": ["name", "kind", "client", "session", "groups", "rules"]
            }
            """),
        Annotations = new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public bool MayEver(PolicyReach reach) => true;

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var caller = call.Caller;
        var structured = new JsonObject
        {
            ["name"] = new CallerText(caller.DisplayName).Value,
            ["kind"] = caller.Kind.ToString().ToLowerInvariant(),
            ["client"] = new CallerText(caller.Client).Value,
            ["session"] = call.Session.Value,
            ["groups"] = Texts(caller.Groups.Order(StringComparer.Ordinal)),
            ["rules"] = new JsonArray([.. call.Reach.Rules.Select(Describe)]),
        };
        return ValueTask.FromResult(ToolAnswer.Json(structured, Text(call)));
    }

    private static JsonObject Describe(RuleReach rule) => new()
    {
        ["rule"] = rule.Id,
        ["repositories"] = Texts(rule.Repositories),
        ["permissions"] = rule.Permissions.ToString(),
        ["sees"] = rule.Visible,
        ["pushes"] = rule.Pushable,
        ["denies"] = Texts(rule.Denies),
        ["approvals"] = Texts(rule.Approvals),
        ["vaults"] = Texts(rule.Vaults),
        ["secrets"] = new JsonArray([.. rule.Secrets.Select(static secret => new JsonObject { ["names"] = secret.Names, ["verbs"] = Texts(secret.Verbs), ["uses"] = Texts(secret.Uses) })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);

    private static string Text(ToolCall call)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"You work for {new CallerText(call.Caller.DisplayName)} (groups: {string.Join(", ", call.Caller.Groups.Order(StringComparer.Ordinal))}), in session {call.Session}, which is recorded.\n");
        if (call.Reach.Rules.IsEmpty)
        {
            text.Append("The policy opens nothing to you.");
        }

        foreach (var rule in call.Reach.Rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"Rule {rule.Id}:");
            if (!rule.Repositories.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $" on {string.Join(", ", rule.Repositories)}: {rule.Permissions}; sees {rule.Visible}; pushes {rule.Pushable ?? "nothing"}.");
            }

            foreach (var secret in rule.Secrets)
            {
                text.Append(CultureInfo.InvariantCulture, $" Secrets {secret.Names} of {string.Join(", ", rule.Vaults)}: {string.Join(", ", secret.Verbs.Concat(secret.Uses.Select(static use => "use for " + use)))}.");
            }

            foreach (var deny in rule.Denies)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  denied: {deny}");
            }

            foreach (var approval in rule.Approvals)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  waits: {approval}");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd();
    }
}
