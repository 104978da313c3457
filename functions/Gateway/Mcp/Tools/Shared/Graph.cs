using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>GraphQL says with status 200 that something failed.</summary>
internal static class Graph
{
    /// <summary>What to answer when a GraphQL call failed; null when it did not.</summary>
    public static ToolAnswer? Failed(ApiAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            return Failures.Describe(answer);
        }

        var json = answer.Json();
        var messages = json.At("errors").Objects().Select(static error => error.Text("message")).OfType<string>().Distinct().ToArray();
        return messages.Length > 0 ? ToolAnswer.Error($"GitHub answered: {string.Join(" ", messages)} [reference {answer.Reference}]")
            : json.At("data") is null ? ToolAnswer.Error($"GitHub's answer has no data. [reference {answer.Reference}]\nTry again in a little while.")
            : null;
    }
}
