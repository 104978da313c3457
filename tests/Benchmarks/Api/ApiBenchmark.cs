using System.Globalization;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Api;

/// <summary>
/// Calls of the API through the broker, through a bare forwarder, and through one that checks tokens, in turns within one run, each in a process of its own and with connections that
/// stay open. With an upstream that answers at once, which shows what the broker costs, and with one that takes a while, which shows what people feel of it.
/// </summary>
internal static class ApiBenchmark
{
    private const double HalfTarget = 1.25;
    private const double MostTarget = 1.5;

    // Faster than GitHub, whose REST answers take 50 to 300 ms.
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(20);

    private const string Rules = """
        rules:
          - id: bench
            who: { groups: [payments-dev] }
            repositories: ["bench/*"]
            allow: { contents: read, issues: read }
          - id: narrow
            who: { groups: [payments-leads] }
            repositories: ["bench/*"]
            allow: { contents: read, issues: read }
            refs: { visible: [main] }
            deny: [{ read: { paths: ["secret/**"] } }]
        """;

    private static readonly (string Name, string Path, string Identity)[] Cases =
    [
        ("issues, 2 KB", "repos/bench/small/issues", "developer"),
        ("issues, 60 KB", "repos/bench/large/issues", "developer"),
        ("contents, 2 KB", "repos/bench/small/contents/file", "developer"),
        ("contents, 60 KB", "repos/bench/large/contents/file", "developer"),
        ("contents, 2 KB, hidden refs and denied paths", "repos/bench/small/contents/file", "lead"),
    ];

    /// <param name="window">How long each side is asked at a time.</param>
    /// <param name="rounds">How many pairs.</param>
    /// <param name="only">Only cases whose name begins like this; empty for all.</param>
    public static async Task<int> RunAsync(TimeSpan window, int rounds, string only = "")
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
            await using var bare = await BareForwarder.StartAsync(gitHub.Address, issuer: null);
            await using var floor = await BareForwarder.StartAsync(gitHub.Address, sandbox.Issuer);
            await using var broker = await BrokerProcess.StartAsync(
                directory.FullName, sandbox, Rules, CancellationToken.None, settings: new() { ["CURSORBROKER_CALLER_POINTS"] = "1000000" }, gitHub: gitHub.Address);
            var cold = true;
            foreach (var latency in (TimeSpan[])[TimeSpan.Zero, Usual])
            {
                gitHub.Latency = latency;
                Console.WriteLine($"upstream answers after {latency.TotalMilliseconds:F0} ms; {LoadGenerator.Connections} connections, {rounds} pairs of {window.TotalSeconds} s windows; ratios are min median max of the pairs");
                foreach (var (name, path, identity) in Cases.Where(each => each.Name.StartsWith(only, StringComparison.Ordinal)))
                {
                    var token = await SignIn.TokenAsync(sandbox.Issuer, identity, CancellationToken.None);
                    using var direct = new LoadGenerator(new Uri(bare.Address, $"/api/v3/{path}"), token, bare.ProcessId);
                    using var checking = new LoadGenerator(new Uri(floor.Address, $"/api/v3/{path}"), token, floor.ProcessId);
                    using var through = new LoadGenerator(new Uri(new Uri(broker.Url), $"/api/v3/{path}"), token, broker.ProcessId);
                    if (!await IsRewrittenAsync(through, gitHub.Address, new Uri(broker.Url)))
                    {
                        Console.Error.WriteLine($"{name}: the answer's addresses are not the broker's; what would be measured is not what the broker does.");
                        return 1;
                    }

                    // The runtime goes on compiling what runs often for a while; afterwards each case is only made acquainted with.
                    for (var warm = cold ? 3 * rounds : 1; warm > 0; warm--)
                    {
                        await direct.RunAsync(window);
                        await checking.RunAsync(window);
                        await through.RunAsync(window);
                    }

                    cold = false;
                    await MeasureAsync(name, direct, checking, through, window, rounds);
                }
            }

            Console.WriteLine($"broker's peak memory: {broker.PeakMemory() >> 20} MB");
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<bool> IsRewrittenAsync(LoadGenerator through, Uri upstream, Uri broker)
    {
        var text = await through.LookAsync();
        return text.Contains($"\"url\":\"{broker}api/v3/", StringComparison.Ordinal) && !text.Contains($"{upstream}api/v3/", StringComparison.Ordinal);
    }

    private static async Task MeasureAsync(string name, LoadGenerator bare, LoadGenerator floor, LoadGenerator through, TimeSpan window, int rounds)
    {
        LoadGenerator[] sides = [bare, floor, through];
        var measured = new List<(Load Bare, Load Floor, Load Through)>();
        for (var round = 0; round < rounds; round++)
        {
            // Each goes first in turn, so that what else the machine does favours none.
            var loads = new Load[sides.Length];
            for (var i = 0; i < sides.Length; i++)
            {
                var side = (round + i) % sides.Length;
                loads[side] = await sides[side].RunAsync(window);
            }

            measured.Add((loads[0], loads[1], loads[2]));
        }

        var pairs = measured.Select(static all => (all.Bare, Other: all.Through)).ToList();
        var floors = measured.Select(static all => (all.Bare, Other: all.Floor)).ToList();
        var (half, most) = (Ratios(pairs, static load => load.Half), Ratios(pairs, static load => load.Most));
        Console.WriteLine($"""
            {name}
              forwarder       {Text(measured.Select(static all => all.Bare))}
              checking tokens {Text(measured.Select(static all => all.Floor))}; p50 {Text(Ratios(floors, static load => load.Half))}, p99 {Text(Ratios(floors, static load => load.Most))}
              broker          {Text(measured.Select(static all => all.Through))}; p50 {Text(half)}, p99 {Text(most)}
              added p50 {Median(pairs.Select(static pair => pair.Other.Half - pair.Bare.Half)):F2} ms, p99 {Median(pairs.Select(static pair => pair.Other.Most - pair.Bare.Most)):F2} ms; target p50 {HalfTarget}x: {Verdict(half, HalfTarget)}, p99 {MostTarget}x: {Verdict(most, MostTarget)}
            """);
    }

    private static string Text(IEnumerable<Load> loads) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(loads.Select(static load => load.PerSecond)),6:F0}/s, p50 {Median(loads.Select(static load => load.Half)):F2} ms, p99 {Median(loads.Select(static load => load.Most)):F2} ms, {Median(loads.Select(static load => load.Work)):F0} us of processor a call");

    private static string Text(List<double> ratios) => string.Create(CultureInfo.InvariantCulture, $"{ratios[0]:F2} {Median(ratios):F2} {ratios[^1]:F2}x");

    private static string Verdict(List<double> ratios, double target) => Median(ratios) <= target ? "met" : "missed";

    private static List<double> Ratios(List<(Load Bare, Load Other)> pairs, Func<Load, double> of) => [.. pairs.Select(pair => of(pair.Other) / of(pair.Bare)).Order()];

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
