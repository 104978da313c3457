using System.Diagnostics;
using CursorBroker.Harness;

namespace CursorBroker.Benchmarks.Transfer;

/// <summary>Many clones of a small repository at once: does any fail, and how many tokens did it take?</summary>
internal static class CrowdBenchmark
{
    private const string Name = "small";

    public static async Task<int> RunAsync(int clones)
    {
        await using var world = await BenchWorld.StartAsync(static repositories =>
            MadeRepository.CreateAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(repositories, "bench")).FullName, $"{Name}.git"), 256 * 1024, CancellationToken.None));
        var url = $"{world.Broker.Url.TrimEnd('/')}/bench/{Name}.git";
        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(Enumerable.Range(0, clones).Select(number =>
            world.Git.RunAsync(Path.GetTempPath(), world.Token, CancellationToken.None, "clone", "--quiet", "--bare", url, world.Place($"clone-{number}"))));
        var seconds = clock.Elapsed.TotalSeconds;

        var failed = results.Where(static result => !result.Succeeded).ToList();
        Console.WriteLine(
            $"{clones} clones at once: {failed.Count} failed, {world.Sandbox.GitHub.Tokens.Entries.Count} tokens minted, {seconds:F1} s, "
            + $"broker's peak memory {world.Broker.PeakMemory() >> 20} MB");
        foreach (var result in failed.Take(3))
        {
            Console.WriteLine($"  {result.Error.Trim()}");
        }

        return failed.Count == 0 ? 0 : 1;
    }
}
