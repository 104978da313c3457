using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using CursorBroker.Core.Audit;

namespace CursorBroker.Benchmarks.Micro;

/// <summary>Chaining a record, against hashing its payload alone.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private readonly byte[] _payload = AuditJson.Serialize(new ForwardIntended(
        "POST", "acme/payments-api.git/git-receive-pack", Writes: true, [$"git.push refs/heads/cursor/fix {new string('1', 40)} {new string('2', 40)}"]));

    [Benchmark(Baseline = true)]
    public byte[] HashAlone() => SHA256.HashData(_payload);

    [Benchmark]
    public LedgerRecord Chain() => LedgerChain.Next(LedgerHead.Empty, _payload);
}
