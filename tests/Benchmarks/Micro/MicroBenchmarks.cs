using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace CursorBroker.Benchmarks.Micro;

/// <summary>Runs the single-step benchmarks in this process: they compare rows within one run, so another process for each buys nothing.</summary>
internal static class MicroBenchmarks
{
    public static int Run(string[] arguments, bool smoke)
    {
        var job = (smoke ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly)
            .Run(arguments, ManualConfig.Create(DefaultConfig.Instance).AddJob(job))
            .ToList();
        var ran = summaries.Sum(static summary => summary.Reports.Count(static report => report.Success));
        var failed = summaries.Sum(static summary => summary.Reports.Count(static report => !report.Success))
            + summaries.Count(static summary => summary.HasCriticalValidationErrors);
        Console.WriteLine($"micro: {ran} ran, {failed} failed");
        return ran > 0 && failed == 0 ? 0 : 1;
    }
}
