using CursorBroker.Core.Policy.Reach;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>A text for a model to begin with.</summary>
internal interface IBrokerPrompt
{
    /// <summary>Name, description and arguments.</summary>
    Prompt Definition { get; }

    /// <summary>Whether it is of use to this caller.</summary>
    bool MayEver(PolicyReach reach);

    /// <summary>The text.</summary>
    /// <exception cref="ToolArgumentException">An argument is missing or makes no sense.</exception>
    GetPromptResult Get(ToolArguments arguments);
}

/// <summary>All prompts there are.</summary>
internal sealed class PromptShelf(IEnumerable<IBrokerPrompt> prompts)
{
    private readonly IBrokerPrompt[] _prompts = [.. prompts];

    /// <summary>What is of use to this caller.</summary>
    public IEnumerable<Prompt> ListFor(PolicyReach reach) => _prompts.Where(each => each.MayEver(reach)).Select(static each => each.Definition);

    /// <summary>One of them.</summary>
    public GetPromptResult Get(PolicyReach reach, GetPromptRequestParams asked)
    {
        if (_prompts.FirstOrDefault(each => each.Definition.Name == asked.Name && each.MayEver(reach)) is not { } prompt)
        {
            throw new McpProtocolException("There is no such prompt.", McpErrorCode.InvalidParams);
        }

        try
        {
            return prompt.Get(ToolArguments.For(prompt.Definition.Arguments, asked.Arguments));
        }
        catch (ToolArgumentException wrong)
        {
            throw new McpProtocolException(wrong.Message, McpErrorCode.InvalidParams);
        }
    }
}
