using System.Diagnostics;
using System.Globalization;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Benchmarks.Inspection;

/// <summary>How fast a pack is read, verified and found reachable, against <c>git index-pack</c> on the same file in turns.</summary>
internal static class InspectionBenchmark
{
    /// <summary>The verb of the process that reads a pack once, for its peak memory.</summary>
    public const string OnceVerb = "inspect-once";

    public static async Task<int> RunAsync(int megabytes, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-inspect-");
        try
        {
            var (pack, tip) = await MadePack.CreateAsync(directory.FullName, (long)megabytes << 20, CancellationToken.None);
            Once(pack, tip);
            var (git, ours, reading) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                git.Add(await IndexPackAsync(directory.FullName, pack));
                var (total, read, _) = Once(pack, tip);
                ours.Add(total);
                reading.Add(read);
            }

            var size = new FileInfo(pack).Length / 1e6;
            var ratios = git.Zip(ours, static (theirs, own) => own / theirs).Order().ToList();
            Console.WriteLine(
                $"inspection of a pack of {size:F0} MB, {Once(pack, tip).Objects} objects: {size / Median(ours):F0} MB/s ({Median(ours):F2} s, of it reading {Median(reading):F2} s), "
                + $"git index-pack {Median(git):F2} s, ratio pair by pair min {ratios[0]:F2} median {Median(ratios):F2} max {ratios[^1]:F2} ({ratios.Count} pairs)");
            Console.WriteLine(Scanned(pack));
            Console.WriteLine($"a process that does only that: {await OnceElsewhereAsync(pack, tip)}");
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Reads a pack once and prints how long it took and the most memory that the process ever held.</summary>
    public static int RunOnce(string pack, string tip)
    {
        var (total, _, _) = Once(pack, tip);
        var peak = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine($"{total:F2} s from cold, peak memory {long.Parse(peak, CultureInfo.InvariantCulture) / 1024} MB");
        return 0;
    }

    private static (double Total, double Read, int Objects) Once(string pack, string tip)
    {
        using var bytes = new FilePack(pack);
        var clock = Stopwatch.StartNew();
        var contents = PackContents.Read(bytes, ObjectFormat.Sha1, new PackLimits(), CancellationToken.None);
        var read = clock.Elapsed.TotalSeconds;
        var failure = contents.Failure ?? contents.Value!.CheckReachable([GitOid.Parse(tip)], CancellationToken.None);
        return failure is null ? (clock.Elapsed.TotalSeconds, read, contents.Value!.Count) : throw new InvalidOperationException(failure.Message);
    }

    private static string Scanned(string pack)
    {
        using var bytes = new FilePack(pack);
        var contents = PackContents.Read(bytes, ObjectFormat.Sha1, new PackLimits(), CancellationToken.None).Value!;
        var inspector = new PackInspector(new SecretScanner(MaskRules.Default, MaskRoot.Create()), new ScanVerdicts(1_000_000).For(""));
        var clock = Stopwatch.StartNew();
        var first = inspector.Inspect(contents, CancellationToken.None).Value!;
        var seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        inspector.Inspect(contents, CancellationToken.None);
        return $"scanned for secrets: {first.Bytes / 1e6:F0} MB of objects in {seconds:F2} s ({first.Bytes / 1e6 / seconds:F0} MB/s), {first.Found.Length} found; known objects again {clock.Elapsed.TotalSeconds:F2} s";
    }

    private static async Task<double> IndexPackAsync(string directory, string pack)
    {
        var index = Path.Combine(directory, "made.idx");
        File.Delete(index);
        var clock = Stopwatch.StartNew();
        using var git = Process.Start(new ProcessStartInfo("git", ["index-pack", "-o", index, pack]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"git index-pack failed: {await git.StandardError.ReadToEndAsync()}");
    }

    private static async Task<string> OnceElsewhereAsync(string pack, string tip)
    {
        var program = typeof(InspectionBenchmark).Assembly.Location;
        using var other = Process.Start(new ProcessStartInfo("dotnet", [program, OnceVerb, pack, tip]) { RedirectStandardOutput = true })!;
        var line = await other.StandardOutput.ReadToEndAsync();
        await other.WaitForExitAsync();
        return line.Trim();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
