using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>What the broker itself answers of a request that is sent: who asks, and what the schema has. GitHub answers these for the App, and that does not reach the caller.</summary>
internal static class GraphOwnAnswers
{
    /// <summary>Puts the broker's own answers where GitHub's are; null when the request asks for none of them.</summary>
    public static Action<JsonNode>? For(GraphRequest request, Caller caller)
    {
        // GitHub's rate limit is the App's as much as the caller's: it says how long there is to wait.
        var own = request.Roots.Where(static root => root.Field is "viewer" or "__type").ToDictionary(static root => root.Key, StringComparer.Ordinal);
        return own.Count == 0 ? null : answer => Replace(answer, own, caller);
    }

    private static void Replace(JsonNode answer, Dictionary<string, GraphRoot> own, Caller caller)
    {
        if (answer["data"] is JsonObject data)
        {
            // What was skipped is not there.
            foreach (var (key, root) in own.Where(each => data.ContainsKey(each.Key)))
            {
                data[key] = GraphLocal.AnswerTo(root, caller);
            }
        }

        if (answer["errors"] is JsonArray errors)
        {
            errors.RemoveAll(error => error?["path"] is JsonArray { Count: > 0 } path && path[0] is JsonValue first && first.TryGetValue<string>(out var key) && own.ContainsKey(key));
            if (errors.Count == 0)
            {
                answer.AsObject().Remove("errors");
            }
        }
    }
}
