using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.EndToEnd.Tests.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>Clients of a broker's MCP endpoint: the SDK's own, and one that sends what no SDK would.</summary>
internal sealed class McpScene(World world, CancellationToken cancellationToken) : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly List<McpClient> _clients = [];

    public World World => world;

    public Uri Endpoint { get; } = new($"{world.Url}/mcp");

    /// <summary>A client that has signed in as somebody.</summary>
    public async Task<McpClient> ClientAsync(string who, string? revision = null, McpClientOptions? options = null)
    {
        options ??= new();
        options.ProtocolVersion = revision;
        options.ClientInfo = new() { Name = "an agent", Version = "1" };
        var transport = new HttpClientTransport(new()
        {
            Endpoint = Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {await world.TokenAsync(who, cancellationToken)}" },
        });
        var client = await McpClient.CreateAsync(transport, options, cancellationToken: cancellationToken);
        _clients.Add(client);
        return client;
    }

    /// <summary>Calls a tool.</summary>
    public static ValueTask<CallToolResult> CallAsync(McpClient client, string tool, object? arguments = null, CancellationToken cancellationToken = default) => client.CallToolAsync(
        new CallToolRequestParams
        {
            Name = tool,
            Arguments = JsonSerializer.SerializeToElement(arguments ?? new { }).EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value),
        },
        cancellationToken);

    public static string TextOf(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(static block => block.Text));

    /// <summary>Sends a message as it is, with headers as they are.</summary>
    public async Task<McpReply> SendAsync(string? who, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (who is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.TokenAsync(who, cancellationToken));
        }

        foreach (var (name, value) in headers)
        {
            HttpHeaders all = name.StartsWith("Content-", StringComparison.Ordinal) ? request.Content.Headers : request.Headers;
            all.Remove(name);
            all.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request, cancellationToken);
        return new((int)answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Calls a tool by a message as it is, of a revision with a handshake, without one.</summary>
    public Task<McpReply> CallAsync(string? who, string tool, string arguments, params (string Name, string Value)[] headers) =>
        SendAsync(who, $$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""", headers);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }
}

/// <summary>An answer to one message.</summary>
internal sealed record McpReply(int Status, string Challenge, string Body)
{
    /// <summary>The last message of the answer, whether it is a stream of events or not.</summary>
    public JsonNode Message => JsonNode.Parse(Body.StartsWith('{') ? Body : Body.Split('\n').Last(static line => line.StartsWith("data:", StringComparison.Ordinal))[5..])!;

    /// <summary>What a tool answered, as text.</summary>
    public string Text => (string?)Message["result"]?["content"]?[0]?["text"] ?? "";
}
