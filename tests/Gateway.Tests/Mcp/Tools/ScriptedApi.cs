using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>Answers the calls that a test scripted, in their order, and no other.</summary>
internal sealed class ScriptedApi : IBrokerApi
{
    private readonly Queue<(string Line, ApiAnswer Answer)> _script = new();

    /// <summary>What was sent.</summary>
    public List<ApiCallRequest> Sent { get; } = [];

    /// <summary>Whether everything that was scripted was asked for.</summary>
    public bool IsDone => _script.Count == 0;

    /// <summary>The body of the last call.</summary>
    public JsonNode Body => Sent[^1].Body ?? throw new AssertFailedException("It had no body.");

    /// <summary>The variables of the last GraphQL call.</summary>
    public JsonNode Variables => Body["variables"] ?? throw new AssertFailedException("It had no variables.");

    /// <summary>A call, <c>METHOD /path?query</c>, and its answer.</summary>
    public ScriptedApi On(string line, string body, int status = 200, bool hasNext = false)
    {
        _script.Enqueue((line, new(status, Encoding.UTF8.GetBytes(body)) { Link = hasNext ? "<http://b/api/v3/x?page=2>; rel=\"next\"" : null, Reference = "r-test" }));
        return this;
    }

    /// <summary>A call, and an answer that is no text.</summary>
    public ScriptedApi OnBytes(string line, byte[] body)
    {
        _script.Enqueue((line, new(200, body)));
        return this;
    }

    /// <summary>A GraphQL call, and its answer.</summary>
    public ScriptedApi OnGraph(string body) => On("POST /api/graphql", body);

    /// <summary>A call that the broker refuses.</summary>
    public ScriptedApi Refuses(string line, RefusalKind kind, string message)
    {
        var refusal = new Refusal(Stage.Authorize, kind, new CallerText(message), "detail for the audit") { Reference = "r-test" };
        _script.Enqueue((line, new(refusal.HttpStatus, default) { Refusal = refusal, Reference = "r-test" }));
        return this;
    }

    public ValueTask<ApiAnswer> SendAsync(ApiCallRequest call, CancellationToken cancellationToken)
    {
        var line = $"{call.Method} {call.Target}";
        Assert.IsTrue(_script.TryDequeue(out var next), $"Nobody expected {line}.");
        Assert.AreEqual(next.Line, line);
        Sent.Add(call);
        return ValueTask.FromResult(next.Answer);
    }
}
