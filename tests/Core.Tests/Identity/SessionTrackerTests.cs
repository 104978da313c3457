using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Core.Tests.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class SessionTrackerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStateStore _state;
    private readonly SessionTracker _here;
    private readonly SessionTracker _there;

    public SessionTrackerTests()
    {
        _state = new InMemoryStateStore(_time);
        _here = new SessionTracker(_state, _time);
        _there = new SessionTracker(_state, _time);
    }

    [TestMethod]
    public async Task Touch_FirstThenAgain_IsOneSessionNewOnce()
    {
        var first = await TouchAsync(_here);
        var second = await TouchAsync(_here);
        Assert.IsTrue(first.IsNew);
        Assert.IsFalse(second.IsNew);
        Assert.AreEqual(first.Session, second.Session);
    }

    [TestMethod]
    public async Task Touch_RefreshedToken_KeepsTheSession()
    {
        var first = await TouchAsync(_here);
        var refreshed = await _here.TouchAsync(Caller() with { TokenExpires = _time.GetUtcNow().AddHours(2), DisplayName = "renamed" }, CancellationToken.None);
        Assert.AreEqual(first.Session, refreshed.Session);
    }

    [TestMethod]
    [DataRow("https://i", "b", "cursor", DisplayName = "another person")]
    [DataRow("https://j", "a", "cursor", DisplayName = "another issuer's a")]
    [DataRow("https://i", "a", "git", DisplayName = "another client")]
    [DataRow("https://i", "acursor", "", DisplayName = "the same letters cut elsewhere")]
    public async Task Touch_AnotherPersonOrClient_IsAnotherSession(string issuer, string subject, string client)
    {
        var one = await TouchAsync(_here);
        var other = await _here.TouchAsync(Caller(issuer, subject, client), CancellationToken.None);
        Assert.IsTrue(other.IsNew);
        Assert.AreNotEqual(one.Session, other.Session);
    }

    [TestMethod]
    [DataRow(29.99, false)]
    [DataRow(30, true)]
    [DataRow(90, true)]
    public async Task Touch_AfterIdleMinutes_EndsAtThirty(double minutes, bool isNew)
    {
        foreach (var later in new[] { _here, _there, new SessionTracker(_state, _time) })
        {
            var first = await TouchAsync(_here);
            _time.Advance(TimeSpan.FromMinutes(minutes));
            var next = await TouchAsync(later);
            Assert.AreEqual(isNew, next.IsNew);
            Assert.AreEqual(isNew, first.Session != next.Session);
            _time.Advance(TimeSpan.FromHours(1));
        }
    }

    [TestMethod]
    public async Task Touch_LastUseNotYetInState_CountsOnTheInstanceThatSawIt()
    {
        var first = await TouchAsync(_here);
        _time.Advance(TimeSpan.FromSeconds(59));
        await TouchAsync(_here);
        _time.Advance(TimeSpan.FromMinutes(29.9));
        Assert.AreEqual(first.Session, (await TouchAsync(_here)).Session);
    }

    [TestMethod]
    public async Task Touch_BusyForHours_NeverEnds()
    {
        var first = await TouchAsync(_here);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(20));
            Assert.AreEqual(first.Session, (await TouchAsync(i % 2 == 0 ? _there : _here)).Session);
        }
    }

    [TestMethod]
    public async Task Touch_ThousandRequestsInAMinute_WriteAndReadWhatTheFirstDid()
    {
        await TouchAsync(_here);
        for (var i = 0; i < 1000; i++)
        {
            await TouchAsync(_here);
        }

        // The session itself, and where it stands among the person's.
        Assert.AreEqual(2, _state.Reads);
        Assert.AreEqual(2, _state.Writes);
        _time.Advance(SessionTracker.TouchInterval);
        await TouchAsync(_here);
        await TouchAsync(_there);
        Assert.AreEqual(3, _state.Writes, "the second instance sees a fresh record and adds nothing");
    }

    [TestMethod]
    public async Task Touch_TwoInstancesBeginAtOnce_SettleOnOneNewSession()
    {
        SessionTouch? quicker = null;
        _state.AfterNextRead = async () => quicker = await TouchAsync(_there);
        var slower = await TouchAsync(_here);
        Assert.AreEqual(quicker?.Session, slower.Session);
        Assert.IsTrue(quicker?.IsNew);
        Assert.IsFalse(slower.IsNew);
    }

    [TestMethod]
    public async Task Touch_TwoInstancesFindItEnded_SettleOnOneNewSession()
    {
        var old = await TouchAsync(_here);
        _time.Advance(SessionTracker.IdleLimit);
        SessionTouch? quicker = null;
        _state.AfterNextRead = async () => quicker = await TouchAsync(_there);
        var slower = await TouchAsync(_here);
        Assert.AreEqual(quicker?.Session, slower.Session);
        Assert.AreNotEqual(old.Session, slower.Session);
        Assert.IsTrue(quicker?.IsNew);
        Assert.IsFalse(slower.IsNew);
    }

    [TestMethod]
    public async Task Touch_TwoInstancesRefreshAtOnce_KeepTheSession()
    {
        var first = await TouchAsync(_here);
        _time.Advance(TimeSpan.FromMinutes(5));
        SessionTouch? quicker = null;
        _state.AfterNextRead = async () => quicker = await TouchAsync(_there);
        Assert.AreEqual(first.Session, (await TouchAsync(_here)).Session);
        Assert.AreEqual(first.Session, quicker?.Session);
    }

    [TestMethod]
    public async Task Touch_HundredAtOnceOnManyInstances_ExactlyOneBeginsIt()
    {
        var touches = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            Task.Run(() => TouchAsync(new SessionTracker(_state, _time)))));
        Assert.AreEqual(1, touches.Count(t => t.IsNew));
        Assert.AreEqual(1, touches.Select(t => t.Session).Distinct().Count());
    }

    [TestMethod]
    public async Task Touch_StateDown_Throws()
    {
        _state.IsDown = true;
        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => TouchAsync(_here));
    }

    [TestMethod]
    public async Task Touch_StateDownLater_ThrowsOnceMemoryIsOld()
    {
        await TouchAsync(_here);
        _state.IsDown = true;
        await TouchAsync(_here);
        _time.Advance(SessionTracker.TouchInterval);
        await Assert.ThrowsExactlyAsync<StateUnavailableException>(() => TouchAsync(_here));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("null")]
    [DataRow("""{"id":"","lastSeen":"2026-01-01T00:00:00.0000000+00:00"}""")]
    [DataRow("""{"id":"s-1","lastSeen":"yesterday"}""")]
    public async Task Touch_UnreadableRecord_BeginsANewSession(string json)
    {
        var first = await TouchAsync(_here);
        await foreach (var record in _state.ListAsync("session", CancellationToken.None))
        {
            await _state.ReplaceAsync(record.Key, System.Text.Encoding.UTF8.GetBytes(json), record.Version, record.Expires, CancellationToken.None);
        }

        var next = await TouchAsync(_there);
        Assert.IsTrue(next.IsNew);
        Assert.AreNotEqual(first.Session, next.Session);
    }

    [TestMethod]
    public async Task Touch_Record_HoldsNoNameAndExpires()
    {
        await TouchAsync(_here);
        await foreach (var record in _state.ListAsync("session", CancellationToken.None))
        {
            Assert.MatchesRegex("^[0-9a-f]{64}$", record.Key.Id);
            Assert.IsLessThanOrEqualTo(_time.GetUtcNow().AddMinutes(31), record.Expires!.Value);
        }
    }

    private static async Task<SessionTouch> TouchAsync(SessionTracker tracker) => await tracker.TouchAsync(Caller(), CancellationToken.None);

    private static Caller Caller(string issuer = "https://i", string subject = "a", string client = "cursor") => new()
    {
        Issuer = issuer,
        Person = new PersonId(issuer, subject),
        Kind = CallerKind.Person,
        Client = client,
        Groups = [],
        DisplayName = "a",
    };
}
