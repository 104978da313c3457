using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Api;

/// <summary>Calls of the API through the broker and through a bare forwarder, in turns within one run, on 16 connections that each wait for their answer.</summary>
internal static class ApiBenchmark
{
    private const int Connections = 16;

    private const string Rules = """
        rules:
          - id: bench
            who: { groups: [payments-dev] }
            repositories: ["bench/*"]
            allow: { contents: read, issues: read }
        """;

    public static async Task<int> RunAsync(TimeSpan window, int rounds)
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
            var token = await SignIn.TokenAsync(sandbox.Issuer, "developer", CancellationToken.None);
            foreach (var (what, path) in new[]
            {
                ("issues, 2 KB", "repos/bench/small/issues"), ("issues, 60 KB", "repos/bench/large/issues"),
                ("contents, 2 KB", "repos/bench/small/contents/file"), ("contents, 60 KB", "repos/bench/large/contents/file"),
            })
            {
                await MeasureAsync(what, new Uri(gitHub.Forwarder, $"/api/v3/{path}"), new Uri(new Uri(broker.Url), $"/api/v3/{path}"), token, window, rounds);
            }

            Console.WriteLine($"broker's peak memory: {broker.PeakMemory() >> 20} MB");
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string what, Uri bare, Uri through, string token, TimeSpan window, int rounds)
    {
        // Neither side is measured cold.
        await LoadAsync(bare, token, window);
        await LoadAsync(through, token, window);
        var pairs = new List<(Load Bare, Load Through)>();
        for (var round = 0; round < rounds; round++)
        {
            pairs.Add((await LoadAsync(bare, token, window), await LoadAsync(through, token, window)));
        }

        Console.WriteLine(
            $"{what}: forwarder {Median(pairs, static pair => pair.Bare.PerSecond):F0}/s, p50 {Median(pairs, static pair => pair.Bare.Half):F2} ms, p99 {Median(pairs, static pair => pair.Bare.Most):F2} ms; "
            + $"broker {Median(pairs, static pair => pair.Through.PerSecond):F0}/s, p50 {Median(pairs, static pair => pair.Through.Half):F2} ms, p99 {Median(pairs, static pair => pair.Through.Most):F2} ms; "
            + $"ratio p50 {Ratios(pairs, static load => load.Half)}, p99 {Ratios(pairs, static load => load.Most)} ({rounds} pairs)");
    }

    private static async Task<Load> LoadAsync(Uri url, string token, TimeSpan window)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Connections });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var clock = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var samples = new List<double>();
            while (clock.Elapsed < window)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync(url);
                await answer.Content.ReadAsByteArrayAsync();
                if (!answer.IsSuccessStatusCode)
                {
                    throw new InvalidOperationException($"{url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }

                samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return samples;
        }));
        var took = clock.Elapsed.TotalSeconds;
        var sorted = all.SelectMany(static samples => samples).Order().ToList();
        return new Load(sorted.Count / took, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)]);
    }

    private static double Median(IEnumerable<(Load Bare, Load Through)> pairs, Func<(Load Bare, Load Through), double> of)
    {
        var sorted = pairs.Select(of).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Ratios(IEnumerable<(Load Bare, Load Through)> pairs, Func<Load, double> of)
    {
        var sorted = pairs.Select(pair => of(pair.Through) / of(pair.Bare)).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"min {sorted[0]:F2} median {sorted[sorted.Count / 2]:F2} max {sorted[^1]:F2}");
    }

    private sealed record Load(double PerSecond, double Half, double Most);
}
