using System.Globalization;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Api;

/// <summary>
/// Calls of the API through the broker and through a bare forwarder, in turns within one run, on 16 connections that each wait for their answer. Load, forwarder and GitHub are one process: with a
/// GitHub that answers at once, all of them and the broker compete for the same cores, and the ratio is one of processor time. With one that takes as long as the real one takes at its best, it is one of waiting.
/// </summary>
internal static class ApiBenchmark
{
    private const double HalfTarget = 1.25;
    private const double MostTarget = 1.5;

    // The real one takes 50 ms and more.
    private static readonly TimeSpan Real = TimeSpan.FromMilliseconds(50);

    private const string Rules = """
        rules:
          - id: all
            who: { groups: [payments-dev] }
            repositories: ["bench/*"]
            allow: { contents: read, issues: read }
          - id: some
            who: { groups: [payments-leads] }
            repositories: ["bench/*"]
            allow: { contents: read }
            refs: { visible: [main] }
        """;

    private static readonly Case[] Cases =
    [
        new("issues, 2 KB", "small/issues", "developer", TimeSpan.Zero),
        new("issues, 60 KB", "large/issues", "developer", TimeSpan.Zero),
        new("branches, half of them hidden, 2 KB", "small/branches", "lead", TimeSpan.Zero),
        new("issues, 2 KB", "small/issues", "developer", Real),
        new("issues, 60 KB", "large/issues", "developer", Real),
    ];

    /// <param name="window">How long each side is asked at a time.</param>
    /// <param name="rounds">Pairs of windows.</param>
    /// <param name="warmUp">How long each side is asked before; the broker's code is compiled for speed only after a while.</param>
    public static async Task<int> RunAsync(TimeSpan window, int rounds, TimeSpan warmUp)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-bench-");
        try
        {
            var repositories = directory.CreateSubdirectory("repositories").FullName;
            foreach (var name in (string[])["small", "large"])
            {
                var path = Path.Combine(repositories, "bench", $"{name}.git");
                Directory.CreateDirectory(path);
                await MadeRepository.RunAsync(path, CancellationToken.None, "init", "--quiet", "--bare", "--initial-branch=main");
            }

            await using var sandbox = await SandboxWorld.StartAsync(
                new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName, RepositoriesDirectory = repositories }, CancellationToken.None);
            await using var gitHub = await CannedGitHub.StartAsync(sandbox.GitHubGit);
            await using var broker = await BrokerProcess.StartAsync(
                directory.FullName, sandbox, Rules, CancellationToken.None, settings: new() { ["CURSORBROKER_CALLER_POINTS"] = "1000000" }, gitHub: gitHub.Address);
            foreach (var each in Cases)
            {
                gitHub.Latency = each.Latency;
                var token = await SignIn.TokenAsync(sandbox.Issuer, each.Who, CancellationToken.None);
                using var bare = new LoadedConnections(new Uri(gitHub.Forwarder, $"/api/v3/repos/bench/{each.Path}"), token);
                using var through = new LoadedConnections(new Uri(new Uri(broker.Url), $"/api/v3/repos/bench/{each.Path}"), token);
                await MeasureAsync(each, bare, through, window, rounds, warmUp);
            }

            Console.WriteLine($"broker's peak memory: {broker.PeakMemory() >> 20} MB");
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Case each, LoadedConnections bare, LoadedConnections through, TimeSpan window, int rounds, TimeSpan warmUp)
    {
        await bare.RunAsync(warmUp);
        await through.RunAsync(warmUp);
        var pairs = new List<(Load Bare, Load Through)>();
        for (var round = 0; round < rounds; round++)
        {
            // Each of them is first as often as the other.
            var first = await (round % 2 == 0 ? bare : through).RunAsync(window);
            var second = await (round % 2 == 0 ? through : bare).RunAsync(window);
            pairs.Add(round % 2 == 0 ? (first, second) : (second, first));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{each.What}, GitHub after {each.Latency.TotalMilliseconds:F0} ms ({rounds} pairs): forwarder {Median(pairs, static pair => pair.Bare.PerSecond):F0}/s, p50 {Median(pairs, static pair => pair.Bare.Half):F2} ms, p99 {Median(pairs, static pair => pair.Bare.Most):F2} ms; broker {Median(pairs, static pair => pair.Through.PerSecond):F0}/s, p50 {Median(pairs, static pair => pair.Through.Half):F2} ms, p99 {Median(pairs, static pair => pair.Through.Most):F2} ms"));
        Console.WriteLine($"  p50 {Ratio(pairs, static load => load.Half, HalfTarget)}; p99 {Ratio(pairs, static load => load.Most, MostTarget)}");
    }

    private static double Median(IEnumerable<(Load Bare, Load Through)> pairs, Func<(Load Bare, Load Through), double> of) => Middle([.. pairs.Select(of).Order()]);

    private static string Ratio(IEnumerable<(Load Bare, Load Through)> pairs, Func<Load, double> of, double target)
    {
        double[] sorted = [.. pairs.Select(pair => of(pair.Through) / of(pair.Bare)).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ratio min {sorted[0]:F2} median {Middle(sorted):F2} max {sorted[^1]:F2}, {Median(pairs, pair => of(pair.Through) - of(pair.Bare)):+0.00;-0.00} ms, target {target}: {(Middle(sorted) <= target ? "met" : "missed")}");
    }

    private static double Middle(double[] sorted) => sorted[sorted.Length / 2];

    private sealed record Case(string What, string Path, string Who, TimeSpan Latency);
}
