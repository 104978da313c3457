using CursorBroker.Benchmarks.Micro;
using CursorBroker.Benchmarks.Transfer;

// micro: BenchmarkDotNet over single steps. The others drive whole processes with real git, and print ratios within one run.
return args switch
{
    ["micro", .. var rest] => MicroBenchmarks.Run(rest is [] ? ["--filter", "*"] : rest, smoke: false),
    ["transfer", .. var rest] => await TransferBenchmark.RunAsync(rest is [var repository] ? repository : null, cloneMegabytes: 120, pushMegabytes: 50, rounds: 3),
    ["crowd"] => await CrowdBenchmark.RunAsync(clones: 200),
    ["smoke"] => await SmokeAsync(),
    _ => Usage(),
};

static async Task<int> SmokeAsync()
{
    var micro = MicroBenchmarks.Run(["--filter", "*"], smoke: true);
    var transfer = micro != 0 ? micro : await TransferBenchmark.RunAsync(repository: null, cloneMegabytes: 4, pushMegabytes: 2, rounds: 1);
    return transfer != 0 ? transfer : await CrowdBenchmark.RunAsync(clones: 12);
}

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run --configuration Release --project tests/Benchmarks -- VERB
          micro [BenchmarkDotNet options]   single steps: decisions, advertisements, the ledger's chain
          transfer [BARE-REPOSITORY]        clone and push through the broker against no broker, and the broker's peak memory
          crowd                             200 clones at once: failures and tokens minted
          smoke                             each of them once, small
        """);
    return 2;
}
