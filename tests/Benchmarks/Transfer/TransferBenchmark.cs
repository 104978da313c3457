using System.Diagnostics;
using System.Security.Cryptography;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;

namespace CursorBroker.Benchmarks.Transfer;

/// <summary>Clone and push with real git, through the broker and without it, in turns within one run.</summary>
internal static class TransferBenchmark
{
    private const string Name = "large";

    public static async Task<int> RunAsync(string? repository, int cloneMegabytes, int pushMegabytes, int rounds)
    {
        await using var world = await BenchWorld.StartAsync(repositories => PrepareAsync(repositories, repository, cloneMegabytes));
        var direct = await world.DirectAsync(Name);
        var through = $"{world.Broker.Url.TrimEnd('/')}/bench/{Name}.git";
        var idle = world.Broker.PeakMemory();

        // Neither side is measured cold: the first clone compiles the broker's code and fills the file cache.
        await CloneAsync(world, direct.Url, direct.Token, "warm-direct");
        await CloneAsync(world, through, world.Token, "warm-through");
        var (clonesDirect, clonesThrough) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            clonesDirect.Add(await CloneAsync(world, direct.Url, direct.Token, $"direct-{round}"));
            clonesThrough.Add(await CloneAsync(world, through, world.Token, $"through-{round}"));
        }

        var afterClones = world.Broker.PeakMemory();
        Report("clone", clonesDirect, clonesThrough);

        var (pushesDirect, pushesThrough) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            pushesDirect.Add(await PushAsync(world, direct.Url, direct.Token, $"bench/direct-{round}", pushMegabytes));
            pushesThrough.Add(await PushAsync(world, through, world.Token, $"bench/through-{round}", pushMegabytes));
        }

        Report($"push of {pushMegabytes} MB", pushesDirect, pushesThrough);
        Console.WriteLine($"broker's peak memory: idle {idle >> 20} MB, after the clones {afterClones >> 20} MB, after the pushes {world.Broker.PeakMemory() >> 20} MB");
        return 0;
    }

    private static async Task PrepareAsync(string repositories, string? repository, int megabytes)
    {
        var path = Path.Combine(repositories, "bench", $"{Name}.git");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (repository is null)
        {
            await MadeRepository.CreateAsync(path, (long)megabytes << 20, CancellationToken.None);
        }
        else
        {
            await MadeRepository.RunAsync(Path.GetTempPath(), CancellationToken.None, "clone", "--quiet", "--bare", "--local", repository, path);
        }
    }

    private static async Task<double> CloneAsync(BenchWorld world, string url, string token, string name)
    {
        var place = world.Place(name);
        var clock = Stopwatch.StartNew();
        Require(await world.Git.RunAsync(Path.GetTempPath(), token, CancellationToken.None, "clone", "--quiet", "--bare", url, place));
        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(place, recursive: true);
        return seconds;
    }

    private static async Task<double> PushAsync(BenchWorld world, string url, string token, string branch, int megabytes)
    {
        var place = world.Place("push");
        Directory.CreateDirectory(place);
        Require(await world.Git.RunAsync(place, null, CancellationToken.None, "init", "--quiet"));
        for (var i = 0; i < megabytes; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(place, $"{i:D4}.bin"), RandomNumberGenerator.GetBytes(1 << 20));
        }

        Require(await world.Git.RunAsync(place, null, CancellationToken.None, "add", "."));
        Require(await world.Git.RunAsync(place, null, CancellationToken.None, "commit", "--quiet", "--message", "Add blocks"));
        var clock = Stopwatch.StartNew();
        Require(await world.Git.RunAsync(place, token, CancellationToken.None, "push", "--quiet", url, $"HEAD:refs/heads/{branch}"));
        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(place, recursive: true);
        return seconds;
    }

    private static void Require(GitResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"git failed: {result.Error}");
        }
    }

    private static void Report(string what, List<double> direct, List<double> through)
    {
        var ratios = direct.Zip(through, static (without, with) => with / without).Order().ToList();
        Console.WriteLine(
            $"{what}: direct {Median(direct):F2} s, through the broker {Median(through):F2} s, ratio pair by pair "
            + $"min {ratios[0]:F2} median {Median(ratios):F2} max {ratios[^1]:F2} ({ratios.Count} pairs)");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
