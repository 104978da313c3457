using CursorBroker.Core.Identity;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class CachingGroupOverageResolverTests
{
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    public async Task Resolve_WithinFiveMinutes_AsksOnceThenAgain()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Resolved(["g"]));
        var resolver = new CachingGroupOverageResolver(directory, _time);

        await resolver.ResolveAsync(Who("a"), CancellationToken.None);
        _time.Advance(CachingGroupOverageResolver.Lifetime - TimeSpan.FromTicks(1));
        await resolver.ResolveAsync(Who("a"), CancellationToken.None);
        Assert.AreEqual(1, directory.Asked);

        _time.Advance(TimeSpan.FromTicks(1));
        await resolver.ResolveAsync(Who("a"), CancellationToken.None);
        Assert.AreEqual(2, directory.Asked);
    }

    [TestMethod]
    public async Task Resolve_TwoPeople_AreTwoQuestions()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Resolved(["g"]));
        var resolver = new CachingGroupOverageResolver(directory, _time);
        await resolver.ResolveAsync(Who("a"), CancellationToken.None);
        await resolver.ResolveAsync(Who("b"), CancellationToken.None);
        Assert.AreEqual(2, directory.Asked);
    }

    [TestMethod]
    public async Task Resolve_Failure_IsNotRemembered()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Failed("down"));
        var resolver = new CachingGroupOverageResolver(directory, _time);
        Assert.IsInstanceOfType<GroupOverageOutcome.Failed>(await resolver.ResolveAsync(Who("a"), CancellationToken.None));
        directory.Answer = new GroupOverageOutcome.Resolved(["g"]);
        Assert.IsInstanceOfType<GroupOverageOutcome.Resolved>(await resolver.ResolveAsync(Who("a"), CancellationToken.None));
    }

    [TestMethod]
    public async Task Resolve_ManyAtOnceOfWhomOneGivesUp_AskOnceAndTheRestAreAnswered()
    {
        var directory = new FakeDirectory(new GroupOverageOutcome.Resolved(["g"])) { Gate = new TaskCompletionSource() };
        var resolver = new CachingGroupOverageResolver(directory, _time);
        using var impatient = new CancellationTokenSource();
        var leaver = resolver.ResolveAsync(Who("a"), impatient.Token).AsTask();
        var waiters = Enumerable.Range(0, 50).Select(_ => resolver.ResolveAsync(Who("a"), CancellationToken.None).AsTask()).ToArray();

        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => leaver);
        directory.Gate.SetResult();
        foreach (var outcome in await Task.WhenAll(waiters))
        {
            Assert.IsInstanceOfType<GroupOverageOutcome.Resolved>(outcome);
        }

        Assert.AreEqual(1, directory.Asked);
    }

    [TestMethod]
    public void ExpiringCache_Full_ForgetsTheOldest()
    {
        var cache = new ExpiringCache<string, int>(_time, TimeSpan.FromMinutes(1), 2);
        cache.Set("a", 1);
        cache.Set("b", 2);
        cache.Set("a", 3);
        cache.Set("c", 4);
        Assert.AreEqual(2, cache.Count);
        Assert.IsFalse(cache.TryGet("b", out _));
        Assert.IsTrue(cache.TryGet("a", out var value) && value == 3);
    }

    [TestMethod]
    public void ExpiringCache_Expired_IsGoneAndSweptBySetting()
    {
        var cache = new ExpiringCache<string, int>(_time, TimeSpan.FromMinutes(1), 9);
        cache.Set("a", 1);
        cache.Set("b", 2);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsFalse(cache.TryGet("a", out _));
        cache.Set("c", 3);
        Assert.AreEqual(1, cache.Count);
    }

    private static GroupQuestion Who(string subject) => new(new PersonId("https://i", subject), CallerKind.Person, subject);

    private sealed class FakeDirectory(GroupOverageOutcome answer) : IGroupOverageResolver
    {
        private int _asked;

        public GroupOverageOutcome Answer { get; set; } = answer;

        public TaskCompletionSource? Gate { get; init; }

        public int Asked => Volatile.Read(ref _asked);

        public async ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Gate is not null)
            {
                await Gate.Task.WaitAsync(cancellationToken);
            }

            return Answer;
        }
    }
}
