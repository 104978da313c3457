using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools;
using Json.Schema;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Calls a tool by its name, as the framework does, and holds its answer to its own output schema.</summary>
internal sealed class ToolUnderTest(IBrokerTool tool)
{
    public ToolUnderTest(string name)
        : this(GitHubTools.All().Single(tool => tool.Definition.Name == name))
    {
    }

    public IBrokerTool Tool { get; } = tool;

    /// <summary>The scripted API.</summary>
    public ScriptedApi Api { get; } = new();

    /// <summary>The call that changed something; null when none did.</summary>
    public ApiCallRequest? Changed { get; private set; }

    /// <summary>Runs it with arguments as JSON; everything scripted must have been asked for.</summary>
    public async Task<ToolAnswer> RunAsync(string arguments)
    {
        var values = JsonDocument.Parse(arguments).RootElement.EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value));
        var call = new ToolCall
        {
            Arguments = ToolArguments.For(Tool.Definition.InputSchema, values),
            Api = Api,
            Turn = null!,
            Progress = ToolProgress.None,
            Performing = PerformAsync,
            Resuming = static (_, _, _) => throw new InvalidOperationException("Nothing waits here."),
        };
        var answer = await Tool.RunAsync(call, CancellationToken.None);
        Assert.IsTrue(Api.IsDone, "Something that was scripted was not asked for.");
        Check(answer);
        return answer;
    }

    /// <summary>The structured answer of a run that succeeds.</summary>
    public async Task<JsonObject> DataAsync(string arguments)
    {
        var answer = await RunAsync(arguments);
        Assert.IsFalse(answer.IsError, TextOf(answer));
        return answer.Structured!;
    }

    /// <summary>What is said of a run that fails.</summary>
    public async Task<string> ErrorAsync(string arguments)
    {
        var answer = await RunAsync(arguments);
        Assert.IsTrue(answer.IsError, TextOf(answer));
        return TextOf(answer);
    }

    /// <summary>What is said of arguments that make no sense, before anything is sent.</summary>
    public async Task<string> ProblemAsync(string arguments)
    {
        var problem = await Assert.ThrowsExactlyAsync<ToolArgumentException>(() => RunAsync(arguments));
        Assert.IsNull(Changed);
        return problem.Message;
    }

    /// <summary>The blocks of text, a line each.</summary>
    public static string TextOf(ToolAnswer answer) => string.Join('\n', answer.Content.OfType<TextContentBlock>().Select(static block => block.Text));

    private async ValueTask<ToolAnswer> PerformAsync(ApiCallRequest change, CancellationToken cancellationToken)
    {
        Assert.IsNull(Changed, "A tool changes one thing a call.");
        Changed = change;
        var answer = await Api.SendAsync(change, cancellationToken);
        return answer.IsSuccess ? Tool.Finish(change, answer) : Failures.Describe(answer);
    }

    private void Check(ToolAnswer answer)
    {
        Assert.AreNotEqual(0, answer.Content.Length);
        if (answer.IsError)
        {
            return;
        }

        var schema = JsonSchema.FromText(Tool.Definition.OutputSchema!.Value.GetRawText());
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(answer.Structured), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.IsTrue(result.IsValid, $"{answer.Structured} does not fit: {string.Join("; ", result.Details?.SelectMany(static one => one.Errors?.Select(error => $"{one.InstanceLocation}: {error.Value}") ?? []) ?? [])}");
    }
}
