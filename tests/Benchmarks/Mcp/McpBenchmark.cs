using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Mcp;

/// <summary>One tool call over MCP against the one REST call that it makes, in turns, one after the other over connections that stay open, through a broker in a process of its own.</summary>
internal static class McpBenchmark
{
    private const int WarmUp = 30;

    private const string Rules = """
        rules:
          - id: bench
            who: { groups: [payments-dev] }
            repositories: ["acme/payments-*"]
            allow: { contents: read, issues: read }
        """;

    private static readonly (string Name, string Plain, string Tool, string Arguments)[] Cases =
    [
        ("list_branches", "repos/acme/payments-api/branches?page=1&per_page=30", "list_branches", """{"owner":"acme","repo":"payments-api"}"""),
        ("list_tags", "repos/acme/payments-api/tags?page=1&per_page=30", "list_tags", """{"owner":"acme","repo":"payments-api"}"""),
        ("whoami (no call at all)", "user", "whoami", "{}"),
    ];

    /// <param name="calls">How many of each are measured.</param>
    public static async Task<int> RunAsync(int calls)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-bench-");
        try
        {
            await using var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName }, CancellationToken.None);
            await using var broker = await BrokerProcess.StartAsync(
                directory.FullName, sandbox, Rules, CancellationToken.None, settings: new() { ["CURSORBROKER_CALLER_POINTS"] = "1000000" });
            using var client = new HttpClient { BaseAddress = new Uri(broker.Url) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SignIn.TokenAsync(sandbox.Issuer, "developer", CancellationToken.None));
            client.DefaultRequestHeaders.Accept.ParseAdd("application/json, text/event-stream");
            Console.WriteLine($"{calls} calls of each, in turns; milliseconds");
            foreach (var (name, rest, tool, arguments) in Cases)
            {
                var (direct, through) = (new List<double>(), new List<double>());
                for (var i = -WarmUp; i < calls; i++)
                {
                    var plain = await TimeAsync(client, () => new(HttpMethod.Get, $"/api/v3/{rest}"), static _ => true);
                    var call = await TimeAsync(client, () => ToolCall(tool, arguments), static text => text.Contains("\"result\"", StringComparison.Ordinal) && !text.Contains("\"isError\":true", StringComparison.Ordinal));
                    if (plain is null || call is null)
                    {
                        Console.Error.WriteLine($"{name}: a call failed, so that nothing was measured.");
                        return 1;
                    }

                    if (i >= 0)
                    {
                        direct.Add(plain.Value);
                        through.Add(call.Value);
                    }
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name,-24} REST p50 {At(direct, 0.5):F1} p99 {At(direct, 0.99):F1}   tool p50 {At(through, 0.5):F1} p99 {At(through, 0.99):F1}   more p50 {At(through, 0.5) - At(direct, 0.5):F1}, ratio {At(through, 0.5) / At(direct, 0.5):F2}"));
            }

            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static HttpRequestMessage ToolCall(string tool, string arguments) => new(HttpMethod.Post, "/mcp")
    {
        Content = new StringContent($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} } }""", Encoding.UTF8, "application/json"),
    };

    /// <summary>How long one took; null when it failed.</summary>
    private static async Task<double?> TimeAsync(HttpClient client, Func<HttpRequestMessage> make, Func<string, bool> isGood)
    {
        using var request = make();
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return answer.IsSuccessStatusCode && isGood(text) ? took : null;
    }

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)(share * (times.Count - 1)));
}
