using System.Diagnostics;
using CursorBroker.Benchmarks.Transfer;
using CursorBroker.Harness;

namespace CursorBroker.Benchmarks.Inspection;

/// <summary>Clones with real git of what is inspected before it is handed out, the first time and again, against the same repository that passes as it is.</summary>
internal static class OpaqueBenchmark
{
    public static async Task<int> RunAsync(int megabytes, int rounds)
    {
        var (allow, first, again) = (new List<double>(), new List<double>(), new List<double>());
        long idle = 0, after = 0, size = 0;
        var made = Directory.CreateTempSubdirectory("cursor-broker-opaque-");
        try
        {
            var (pack, _) = await MadePack.CreateAsync(made.FullName, (long)megabytes << 20, CancellationToken.None);
            size = new FileInfo(pack).Length;
            for (var round = 0; round < rounds; round++)
            {
                // What was inspected is remembered: every round has a broker of its own, warmed by another repository.
                await using var world = await BenchWorld.StartAsync(repositories => PrepareAsync(Path.Combine(made.FullName, "made.git"), repositories));
                await CloneAsync(world, "bench/warm");
                await CloneAsync(world, "inspected/warm");
                allow.Add(await CloneAsync(world, "bench/large"));
                idle = Math.Max(idle, world.Broker.PeakMemory());
                first.Add(await CloneAsync(world, "inspected/large"));
                again.Add(await CloneAsync(world, "inspected/large"));
                after = Math.Max(after, world.Broker.PeakMemory());
            }
        }
        finally
        {
            made.Delete(recursive: true);
        }

        Console.WriteLine(
            $"clone of {size / 1e6:F0} MB: as it is {Median(allow):F2} s, inspected {Median(first):F2} s (ratio {Ratio(allow, first):F2}), again {Median(again):F2} s (ratio {Ratio(allow, again):F2}); "
            + $"broker's peak memory {idle >> 20} MB before, {after >> 20} MB after");
        return 0;
    }

    private static async Task PrepareAsync(string large, string repositories)
    {
        foreach (var owner in (string[])["bench", "inspected"])
        {
            var path = Path.Combine(repositories, owner, "large.git");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await MadeRepository.RunAsync(Path.GetTempPath(), CancellationToken.None, "clone", "--quiet", "--bare", "--local", large, path);
            await MadeRepository.CreateAsync(Path.Combine(repositories, owner, "warm.git"), 4 << 20, CancellationToken.None);
        }
    }

    private static async Task<double> CloneAsync(BenchWorld world, string repository)
    {
        var place = world.Place("clone");
        var clock = Stopwatch.StartNew();
        var result = await world.Git.RunAsync(
            Path.GetTempPath(), world.Token, CancellationToken.None, "clone", "--quiet", "--bare", $"{world.Broker.Url.TrimEnd('/')}/{repository}.git", place);
        var seconds = clock.Elapsed.TotalSeconds;
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"git failed: {result.Error}");
        }

        Directory.Delete(place, recursive: true);
        return seconds;
    }

    private static double Ratio(List<double> one, List<double> other) => Median([.. one.Zip(other, static (before, after) => after / before)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
