using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Masking;

/// <summary>How long what scanners remember counts.</summary>
[TestClass]
public sealed class PolicyScannersTests
{
    private const string Value = "7G#kq0PzLw-from-a-vault";

    private readonly MemoryState _state = new();
    private readonly FakeSealer _sealer = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    public async Task Verdicts_WhenAValueBecomesKnown_AreForgotten()
    {
        var (shared, scanners) = await InstanceAsync();
        var before = (Reading(scanners), ((IWriteScanners)scanners).Current);
        Assert.IsTrue(before.Current.Scan(Encoding.UTF8.GetBytes(Value)).IsClean);
        Assert.AreSame(before.Current, ((IWriteScanners)scanners).Current, "as long as nothing changes they are kept");

        await shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);

        Assert.AreNotEqual(before.Item1, Reading(scanners));
        Assert.AreNotSame(before.Current, ((IWriteScanners)scanners).Current);
        Assert.IsFalse(((IWriteScanners)scanners).Current.Scan(Encoding.UTF8.GetBytes(Value)).IsClean);
    }

    [TestMethod]
    public async Task Verdicts_OfInstancesThatKnowTheSame_CountForEachOther()
    {
        var (first, scanners) = await InstanceAsync();
        var (second, others) = await InstanceAsync();
        Assert.AreEqual(Reading(scanners), Reading(others));
        await first.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        await second.AddAsync("another one, 8Hx!", _time.GetUtcNow().AddHours(1), CancellationToken.None);
        Assert.AreNotEqual(Reading(scanners), Reading(others));

        await first.LookAsync(CancellationToken.None);
        await second.LookAsync(CancellationToken.None);

        Assert.AreEqual(Reading(scanners), Reading(others));
        Assert.DoesNotContain(Value, Reading(scanners));
    }

    [TestMethod]
    public async Task Verdicts_WhenAValueIsOnlyKnownLonger_AreKept()
    {
        var (shared, scanners) = await InstanceAsync();
        await shared.AddAsync(Value, _time.GetUtcNow().AddHours(1), CancellationToken.None);
        var before = Reading(scanners);

        await shared.AddAsync(Value, _time.GetUtcNow().AddHours(2), CancellationToken.None);

        Assert.AreEqual(before, Reading(scanners));
    }

    private static string Reading(ISecretScanners scanners)
    {
        Assert.IsTrue(scanners.Current.Succeeded(out var scanner, out _));
        return scanner.Generation;
    }

    private async Task<(SharedSecrets Shared, PolicyScanners Scanners)> InstanceAsync()
    {
        var keeper = new MaskRootKeeper(_state, _sealer);
        await keeper.StartAsync(CancellationToken.None);
        var known = new KnownSecrets(_time);
        var shared = new SharedSecrets(_state, _sealer, keeper, known, _time, NullLogger<SharedSecrets>.Instance);
        return (shared, new(new FakePolicy(PolicyCompiler.Compile(Secrets.Policy).Policy), keeper, known, shared));
    }
}
