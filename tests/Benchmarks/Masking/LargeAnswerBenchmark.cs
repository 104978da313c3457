using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using CursorBroker.Benchmarks.Api;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Masking;

/// <summary>
/// A large JSON answer through the broker, masked, and in turns the same from a repository whose secrets the policy reveals, of which only what is known is searched; and the broker's peak memory before and
/// after, which must not grow with the answer.
/// </summary>
internal static class LargeAnswerBenchmark
{
    private const double Target = 1.15;

    private const string Rules = """
        rules:
          - { id: masked, who: { groups: [payments-dev] }, repositories: [bench/masked], allow: { issues: read } }
          - { id: revealed, who: { groups: [payments-dev] }, repositories: [bench/revealed], allow: { issues: read }, masking: reveal }
        """;

    public static async Task<int> RunAsync(int megabytes, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-bench-");
        try
        {
            string[] names = ["masked", "revealed"];
            var repositories = directory.CreateSubdirectory("repositories").FullName;
            foreach (var name in names)
            {
                var path = Path.Combine(repositories, "bench", $"{name}.git");
                Directory.CreateDirectory(path);
                await MadeRepository.RunAsync(path, CancellationToken.None, "init", "--quiet", "--bare", "--initial-branch=main");
            }

            await using var sandbox = await SandboxWorld.StartAsync(
                new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName, RepositoriesDirectory = repositories }, CancellationToken.None);
            await using var gitHub = await CannedGitHub.StartAsync(sandbox.GitHubGit, [.. names.Select(name => (name, megabytes << 20))]);
            await using var broker = await BrokerProcess.StartAsync(
                directory.FullName, sandbox, Rules, CancellationToken.None, settings: new() { ["CURSORBROKER_CALLER_POINTS"] = "1000000" }, gitHub: gitHub.Address);
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SignIn.TokenAsync(sandbox.Issuer, "developer", CancellationToken.None));
            foreach (var name in names)
            {
                await ReadAsync(client, broker.Url, name);
            }

            var before = broker.PeakMemory();
            var ratios = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                var masked = await ReadAsync(client, broker.Url, "masked");
                var revealed = await ReadAsync(client, broker.Url, "revealed");
                ratios.Add(masked.TotalSeconds / revealed.TotalSeconds);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"masked {masked.TotalMilliseconds:F0} ms, {megabytes / masked.TotalSeconds:F0} MB/s; revealed {revealed.TotalMilliseconds:F0} ms, {megabytes / revealed.TotalSeconds:F0} MB/s"));
            }

            ratios.Sort();
            var median = ratios[ratios.Count / 2];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"masked against revealed: min {ratios[0]:F2} median {median:F2} max {ratios[^1]:F2}x; target {Target}x: {(median <= Target ? "met" : "missed")}"));
            Console.WriteLine($"broker's peak memory: {before >> 20} MB after one answer of each, {broker.PeakMemory() >> 20} MB after {rounds + 1}");
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<TimeSpan> ReadAsync(HttpClient client, string broker, string repository)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(new Uri(broker), $"/api/v3/repos/bench/{repository}/issues"), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
        return Stopwatch.GetElapsedTime(started);
    }
}
