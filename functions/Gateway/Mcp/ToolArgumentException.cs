namespace CursorBroker.Gateway.Mcp;

/// <summary>An argument is missing or makes no sense. Its message is for whoever called the tool, who may be a model: it says what to send instead.</summary>
internal sealed class ToolArgumentException(string argument, string message) : Exception($"{argument}: {message}")
{
    /// <summary>The argument's name.</summary>
    public string Argument { get; } = argument;
}
