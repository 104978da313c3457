using System.Globalization;
using CursorBroker.Benchmarks.Api;
using CursorBroker.Benchmarks.Inspection;
using CursorBroker.Benchmarks.Masking;
using CursorBroker.Benchmarks.Mcp;
using CursorBroker.Benchmarks.Micro;
using CursorBroker.Benchmarks.Transfer;

// micro: BenchmarkDotNet over single steps. The others drive whole processes with real git, and print ratios within one run.
return args switch
{
    ["micro", .. var rest] => MicroBenchmarks.Run(rest is [] ? ["--filter", "*"] : rest, smoke: false),
    ["transfer", .. var rest] => await TransferBenchmark.RunAsync(rest is [var repository] ? repository : null, cloneMegabytes: 120, pushMegabytes: 50, rounds: 3),
    ["crowd"] => await CrowdBenchmark.RunAsync(clones: 200),
    ["inspect", .. var rest] => await InspectionBenchmark.RunAsync(rest is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 100, rounds: 5),
    [InspectionBenchmark.OnceVerb, var pack, var tip] => InspectionBenchmark.RunOnce(pack, tip),
    ["opaque", .. var rest] => await OpaqueBenchmark.RunAsync(rest is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 100, rounds: 3),
    ["api", .. var only] => await ApiBenchmark.RunAsync(TimeSpan.FromSeconds(1), rounds: 5, string.Join(' ', only)),
    [BareForwarder.Verb, var to, .. var issuer] => await BareForwarder.RunAsync(to, issuer is [var address] ? address : null),
    ["masking", var directory] => MaskingBenchmark.Run(directory, megabytes: 16, rounds: 5),
    ["large", .. var rest] => await LargeAnswerBenchmark.RunAsync(rest is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 50, rounds: 5),
    ["mcp", .. var rest] => await McpBenchmark.RunAsync(rest is [var calls] ? int.Parse(calls, CultureInfo.InvariantCulture) : 300),
    ["smoke"] => await SmokeAsync(),
    _ => Usage(),
};

static async Task<int> SmokeAsync()
{
    var micro = MicroBenchmarks.Run(["--filter", "*"], smoke: true);
    var transfer = micro != 0 ? micro : await TransferBenchmark.RunAsync(repository: null, cloneMegabytes: 4, pushMegabytes: 2, rounds: 1);
    var crowd = transfer != 0 ? transfer : await CrowdBenchmark.RunAsync(clones: 12);
    var inspection = crowd != 0 ? crowd : await InspectionBenchmark.RunAsync(megabytes: 3, rounds: 1);
    var opaque = inspection != 0 ? inspection : await OpaqueBenchmark.RunAsync(megabytes: 3, rounds: 1);
    var large = opaque != 0 ? opaque : await LargeAnswerBenchmark.RunAsync(megabytes: 1, rounds: 1);
    var mcp = large != 0 ? large : await McpBenchmark.RunAsync(calls: 10);
    return mcp != 0 ? mcp : await ApiBenchmark.RunAsync(TimeSpan.FromSeconds(0.2), rounds: 1);
}

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run --configuration Release --project tests/Benchmarks -- VERB
          micro [BenchmarkDotNet options]   single steps: decisions, advertisements, the ledger's chain
          transfer [BARE-REPOSITORY]        clone and push through the broker against no broker, and the broker's peak memory
          crowd                             200 clones at once: failures and tokens minted
          inspect [MEGABYTES]               a pack read and verified against git index-pack on the same file, and peak memory
          opaque [MEGABYTES]                clones of what is inspected first against what passes as it is, and the broker's peak memory
          api [CASE]                        calls of the API through the broker against a bare forwarder: p50, p99, targets; only the cases that begin so
          masking DIRECTORY                 source text in it masked, against reading memory; and near-matches: linear time
          large [MEGABYTES]                 a large JSON answer masked, against the same unmasked, and the broker's peak memory
          mcp [CALLS]                       tool calls over MCP against the REST calls that they make: p50, p99
          smoke                             each of them once, small
        """);
    return 2;
}
