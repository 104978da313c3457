using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Tests.State;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Identity;

/// <summary>Which sessions a person had, and the labels on them.</summary>
[TestClass]
public sealed class PersonSessionsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryStateStore _state;
    private readonly SessionTracker _tracker;
    private readonly PersonSessions _sessions;

    public PersonSessionsTests()
    {
        _state = new InMemoryStateStore(_time);
        _tracker = new SessionTracker(_state, _time);
        _sessions = new PersonSessions(_state, _time);
    }

    [TestMethod]
    public async Task List_OfAPerson_HasEveryClientsSessionsNewestFirst()
    {
        var cursor = await TouchAsync("dana", "cursor");
        _time.Advance(TimeSpan.FromMinutes(40));
        var git = await TouchAsync("dana", "git");
        await TouchAsync("lee", "cursor");

        var list = await _sessions.ListAsync(Person("dana"), CancellationToken.None);

        Assert.AreSequenceEqual(
            new[] { new PersonSession(git, "git", _time.GetUtcNow(), true, null), new PersonSession(cursor, "cursor", _time.GetUtcNow().AddMinutes(-40), false, null) }, list);
    }

    [TestMethod]
    [DataRow("https://i", "nobody")]
    [DataRow("https://other-issuer", "dana", DisplayName = "another issuer's dana")]
    [DataRow("https://idana", "", DisplayName = "the same letters cut elsewhere")]
    public async Task List_OfAnotherPerson_IsEmpty(string issuer, string subject)
    {
        await TouchAsync("dana", "cursor");

        Assert.IsEmpty(await _sessions.ListAsync(new PersonId(issuer, subject), CancellationToken.None));
    }

    [TestMethod]
    public async Task List_OfMany_KeepsTheNewest()
    {
        SessionId last = null!;
        for (var i = 0; i < PersonSessions.Most + 5; i++)
        {
            last = await TouchAsync("dana", $"client-{i}");
        }

        var list = await _sessions.ListAsync(Person("dana"), CancellationToken.None);

        Assert.HasCount(PersonSessions.Most, list);
        Assert.AreEqual(last, list[0].Session);
        Assert.AreEqual("client-5", list[^1].Client);
    }

    [TestMethod]
    public async Task List_AfterAWeekWithoutASession_IsEmpty()
    {
        await TouchAsync("dana", "cursor");
        _time.Advance(PersonSessions.Kept);

        Assert.IsEmpty(await _sessions.ListAsync(Person("dana"), CancellationToken.None));
    }

    [TestMethod]
    public async Task List_AClientNamedEndlessly_IsCut()
    {
        await TouchAsync("dana", new string('x', 100_000));

        Assert.AreEqual(200, (await _sessions.ListAsync(Person("dana"), CancellationToken.None)).Single().Client.Length);
    }

    [TestMethod]
    public async Task Label_GoesOnWhatIsLive_OnceForEachChange()
    {
        var old = await TouchAsync("dana", "old");
        _time.Advance(TimeSpan.FromMinutes(31));
        var cursor = await TouchAsync("dana", "cursor");
        var git = await TouchAsync("dana", "git");

        Assert.AreSequenceEqual(new[] { git, cursor }, await LabelAsync("dana", "one"));
        Assert.IsEmpty(await LabelAsync("dana", "one"));
        Assert.AreSequenceEqual(new[] { git, cursor }, await LabelAsync("dana", "two"));
        var labels = (await _sessions.ListAsync(Person("dana"), CancellationToken.None)).ToDictionary(static one => one.Session, static one => one.Conversation);
        Assert.AreEqual((null, "two", "two"), (labels[old], labels[cursor], labels[git]));
    }

    [TestMethod]
    public async Task Label_OfOnePerson_IsOnNobodyElses()
    {
        await TouchAsync("lee", "cursor");

        Assert.IsEmpty(await LabelAsync("dana", "one"));
        Assert.IsNull((await _sessions.ListAsync(Person("lee"), CancellationToken.None)).Single().Conversation);
    }

    [TestMethod]
    public async Task Begin_WhenTheRaceForTheSessionIsLost_LeavesNoSessionThatNeverWas()
    {
        var other = new SessionTracker(_state, _time);
        var theirs = SessionId.New();
        _state.AfterNextRead = async () => theirs = (await other.TouchAsync(Caller("dana", "cursor"), CancellationToken.None)).Session;

        var mine = await TouchAsync("dana", "cursor");

        Assert.AreEqual(theirs, mine);
        Assert.AreEqual(theirs, (await _sessions.ListAsync(Person("dana"), CancellationToken.None)).Single().Session);
    }

    [TestMethod]
    [DataRow("not json")]
    [DataRow("[{}]")]
    [DataRow("null")]
    public async Task List_OfWhatCannotBeRead_IsEmptyAndBeginsAnew(string text)
    {
        await TouchAsync("dana", "cursor");
        await foreach (var record in _state.ListAsync("sessions-of", CancellationToken.None))
        {
            await _state.ReplaceAsync(record.Key, Encoding.UTF8.GetBytes(text), record.Version, null, CancellationToken.None);
        }

        Assert.IsEmpty(await _sessions.ListAsync(Person("dana"), CancellationToken.None));
        await TouchAsync("dana", "git");
        Assert.HasCount(1, await _sessions.ListAsync(Person("dana"), CancellationToken.None));
    }

    private async Task<SessionId> TouchAsync(string subject, string client) => (await _tracker.TouchAsync(Caller(subject, client), CancellationToken.None)).Session;

    private async Task<SessionId[]> LabelAsync(string subject, string conversation) => [.. await _sessions.LabelAsync(Person(subject), conversation, CancellationToken.None)];

    private static PersonId Person(string subject) => new("https://i", subject);

    private static Caller Caller(string subject, string client) => new()
    {
        Issuer = "https://i",
        Person = Person(subject),
        Kind = CallerKind.Person,
        Client = client,
        Groups = [],
        DisplayName = subject,
    };
}
