using System.Collections.Immutable;
using System.Text;
using CursorBroker.Adapters.PolicyFile;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.PolicyFile;

[TestClass]
public sealed class PolicyFileSourceTests
{
    private const string Good = "version: 1\n# one\n";
    private const string Better = "version: 1\n# two\n";
    private const string Bad = "version: 2\n";
    private const string Worse = "version: 3\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("policy-file-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly Recorder _observer = new();

    private string File => Path.Combine(_folder, "policy.yaml");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Start_GoodFile_IsInForceBeforeStartReturns()
    {
        Write(Good);
        using var source = await StartedAsync();
        Assert.AreEqual(PolicyCompiler.Compile(Good).Policy!.Version, source.Current!.Version);
        Assert.AreEqual(new PolicyStatus(source.Current.Version, _time.GetUtcNow(), null), source.Status);
        CollectionAssert.AreEqual(new[] { $"loaded {source.Current.Version}" }, _observer.Heard);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Start_BadFile_HasNoPolicyAndSaysWhy()
    {
        Write(Bad);
        using var source = await StartedAsync();
        Assert.IsNull(source.Current);
        StringAssert.Contains(source.Status.Problem, "has 1 error; the first: 1:10: error: version:", StringComparison.Ordinal);
        Assert.AreEqual("rejected: 1 error", _observer.Heard.Single());
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Start_NoFile_HasNoPolicyAndSaysWhy()
    {
        using var source = await StartedAsync();
        Assert.IsNull(source.Current);
        StringAssert.Contains(source.Status.Problem, "is not there", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_BadAfterGood_KeepsTheGoodAndReportsOnceForEachContent()
    {
        Write(Good);
        using var source = await StartedAsync();
        var good = source.Current;
        foreach (var text in new[] { Bad, Bad, Worse, Bad })
        {
            Write(text);
            await source.ReloadAsync();
            Assert.AreSame(good, source.Current);
            StringAssert.Contains(source.Status.Problem, "has 1 error", StringComparison.Ordinal);
        }

        Assert.HasCount(3, _observer.Heard, "loaded once, two distinct bad contents");
        Write(Good);
        await source.ReloadAsync();
        Assert.AreSame(good, source.Current, "the same content is the same policy");
        Assert.IsNull(source.Status.Problem);
        Write(Bad);
        await source.ReloadAsync();
        Assert.HasCount(4, _observer.Heard, "offered anew after a good one");
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_FileVanishes_KeepsTheLastGoodAndSaysSo()
    {
        Write(Good);
        using var source = await StartedAsync();
        System.IO.File.Delete(File);
        await source.ReloadAsync();
        await source.ReloadAsync();
        Assert.IsNotNull(source.Current);
        StringAssert.Contains(source.Status.Problem, "is not there", StringComparison.Ordinal);
        Write(Good);
        await source.ReloadAsync();
        Assert.IsNull(source.Status.Problem);
        Assert.HasCount(2, _observer.Heard, "Loaded once, and told once that the file is gone.");
        StringAssert.StartsWith(_observer.Heard[1], "unreadable: ", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_FileVanishesWhileTheLedgerIsDown_IsToldAgain()
    {
        Write(Good);
        using var source = await StartedAsync();
        System.IO.File.Delete(File);
        _observer.Fails = true;
        await source.ReloadAsync();
        Assert.IsNotNull(source.Status.Problem);
        _observer.Fails = false;
        await source.ReloadAsync();
        Assert.HasCount(2, _observer.Heard);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_FileReplacedByRename_IsLoaded()
    {
        Write(Good);
        using var source = await StartedAsync();
        var next = Path.Combine(_folder, "next");
        await System.IO.File.WriteAllTextAsync(next, Better);
        System.IO.File.Move(next, File, overwrite: true);
        await UntilAsync(() => source.Current!.Version == PolicyCompiler.Compile(Better).Policy!.Version);
        Assert.IsNull(source.Status.Problem);
        await source.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_ReplacedByOneOfTheSameLengthAndTime_IsLoaded()
    {
        Write(Good);
        var written = System.IO.File.GetLastWriteTimeUtc(File);
        using var source = await StartedAsync();
        var next = Path.Combine(_folder, "next");
        Write(Good + "#a");
        System.IO.File.SetLastWriteTimeUtc(File, written);
        await UntilAsync(() => source.Current!.Version == PolicyCompiler.Compile(Good + "#a").Policy!.Version);
        await System.IO.File.WriteAllTextAsync(next, Good + "#b");
        System.IO.File.SetLastWriteTimeUtc(next, written);
        System.IO.File.Move(next, File, overwrite: true);
        await UntilAsync(() => source.Current!.Version == PolicyCompiler.Compile(Good + "#b").Policy!.Version);
        await source.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_LinkSwitchedToAnotherFile_IsLoaded()
    {
        var (first, second) = (Path.Combine(_folder, "first"), Path.Combine(_folder, "second"));
        await System.IO.File.WriteAllTextAsync(first, Good);
        await System.IO.File.WriteAllTextAsync(second, Better + "#");
        System.IO.File.CreateSymbolicLink(File, first);
        using var source = await StartedAsync();
        System.IO.File.Delete(File);
        System.IO.File.CreateSymbolicLink(File, second);
        await UntilAsync(() => source.Current!.Version == PolicyCompiler.Compile(Better + "#").Policy!.Version);
        await source.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_FileVanishesAndComesBack_FollowsInStatus()
    {
        Write(Good);
        using var source = await StartedAsync();
        System.IO.File.Delete(File);
        await UntilAsync(() => source.Status.Problem is not null);
        Assert.IsNotNull(source.Current);
        Write(Better);
        await UntilAsync(() => source.Status.Problem is null);
        Assert.AreEqual(PolicyCompiler.Compile(Better).Policy!.Version, source.Current.Version);
        await source.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_ObserverFails_OldPolicyStaysUntilItIsHeard()
    {
        Write(Good);
        using var source = await StartedAsync();
        var good = source.Current;
        _observer.Fails = true;
        Write(Better + "# longer");
        await UntilAsync(() => source.Status.Problem is not null);
        Assert.AreSame(good, source.Current, "a policy whose arrival cannot be recorded does not rule");
        StringAssert.Contains(source.Status.Problem, "could not be recorded: the ledger is down", StringComparison.Ordinal);
        _observer.Fails = false;
        await UntilAsync(() => source.Status.Problem is null);
        Assert.AreNotSame(good, source.Current);
        await source.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_NotUtf8_IsRejected()
    {
        await System.IO.File.WriteAllBytesAsync(File, [.. "version: 1 # "u8, 0xff]);
        using var source = await StartedAsync();
        Assert.IsNull(source.Current);
        StringAssert.Contains(source.Status.Problem, "not UTF-8", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_ByteOrderMark_IsPassedOver()
    {
        await System.IO.File.WriteAllTextAsync(File, Good, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using var source = await StartedAsync();
        Assert.IsNotNull(source.Current, source.Status.Problem);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Reload_TooLarge_IsRejectedWithoutReadingItWhole()
    {
        await using (var file = System.IO.File.Create(File))
        {
            file.SetLength(8L * 1024 * 1024 * 1024);
        }

        using var source = await StartedAsync();
        StringAssert.Contains(source.Status.Problem, "larger than 1048576 bytes", StringComparison.Ordinal);
    }

    private void Write(string text) => System.IO.File.WriteAllText(File, text);

    private async Task<PolicyFileSource> StartedAsync()
    {
        var source = new PolicyFileSource(new PolicyFileOptions { Path = File }, _observer, _time);
        await source.StartAsync(CancellationToken.None);
        return source;
    }

    /// <summary>Moves the clock until the loop has got there; only the test's own time-out ends it otherwise.</summary>
    private async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
    }

    private sealed class Recorder : IPolicyObserver
    {
        public List<string> Heard { get; } = [];

        public bool Fails { get; set; }

        public ValueTask LoadedAsync(string source, PolicySet policy, ImmutableArray<PolicyProblem> warnings, CancellationToken cancellationToken) =>
            Hear($"loaded {policy.Version}");

        public ValueTask RejectedAsync(string source, string version, ImmutableArray<PolicyProblem> problems, CancellationToken cancellationToken) =>
            Hear($"rejected: {problems.Count(problem => problem.Severity == PolicySeverity.Error)} error");

        public ValueTask UnreadableAsync(string source, string problem, CancellationToken cancellationToken) => Hear($"unreadable: {problem}");

        private ValueTask Hear(string text)
        {
            if (Fails)
            {
                throw new InvalidOperationException("the ledger is down");
            }

            Heard.Add(text);
            return ValueTask.CompletedTask;
        }
    }
}
