using System.Globalization;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Prompts;

/// <summary>What prompts share.</summary>
internal static class PromptText
{
    /// <summary>One message of the user's.</summary>
    public static GetPromptResult Of(string description, string text) => new()
    {
        Description = description,
        Messages = [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = text } }],
    };

    /// <summary>A number, which prompts are given as text.</summary>
    /// <exception cref="ToolArgumentException">It is none: nothing else gets into the text.</exception>
    public static long Number(ToolArguments arguments, string name) =>
        long.TryParse(arguments.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw arguments.Problem(name, "must be a number, such as 12.");
}
