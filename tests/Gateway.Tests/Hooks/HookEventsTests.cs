using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.SignIn;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>The endpoint that takes what hooks say: a label on the sessions of whose key it is, and nothing else.</summary>
[TestClass]
public sealed class HookEventsTests
{
    private const string Said = """{"event":"beforeMCPExecution","conversation":"c-1"}""";

    [TestMethod]
    public async Task Event_OfAKnownKey_LabelsItsPersonsLiveSessions_OnceForEachConversation()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var (key, session) = (await hooks.KeyAsync(HooksUnderTest.Dana), await hooks.SessionAsync(HooksUnderTest.Dana));

        await AssertTakenAsync(hooks, key, Said);
        await AssertTakenAsync(hooks, key, Said);
        await AssertTakenAsync(hooks, key, """{"event":"afterMCPExecution","conversation":"c-2"}""");

        var labels = hooks.Stores.Events.OfType<SessionLabelled>().ToArray();
        Assert.AreEqual("c-1 by beforeMCPExecution, c-2 by afterMCPExecution", string.Join(", ", labels.Select(static one => $"{one.Conversation} by {one.Hook}")));
        Assert.IsTrue(labels.All(one => one.Session == session.Value && one.Person == HooksUnderTest.Dana.ToString()));
    }

    [TestMethod]
    public async Task Event_WithOnePersonsKey_NeverTouchesAnotherPersonsSession()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var (key, theirs) = (await hooks.KeyAsync(HooksUnderTest.Dana), await hooks.SessionAsync(HooksUnderTest.Lee));

        await AssertTakenAsync(hooks, key, Said);
        using var named = await hooks.PostAsync($"Bearer {key}", $$"""{"event":"beforeMCPExecution","conversation":"c-1","session":"{{theirs.Value}}"}""");

        Assert.AreEqual(HttpStatusCode.BadRequest, named.StatusCode);
        Assert.IsEmpty(hooks.Stores.Events.OfType<SessionLabelled>());
    }

    [TestMethod]
    public async Task Event_OfARefusal_IsRecordedByItsRule()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);

        await AssertTakenAsync(hooks, key, """{"event":"beforeShellExecution","conversation":"c-1","refused":"raw-token"}""");

        var refused = hooks.Stores.Events.OfType<HookRefused>().Single();
        Assert.AreEqual((HooksUnderTest.Dana.ToString(), "c-1", "beforeShellExecution", "raw-token"), (refused.Person, refused.Conversation, refused.Hook, refused.Rule));
    }

    [TestMethod]
    public async Task Event_AfterTheSessionEnded_LabelsNothing()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);
        await hooks.SessionAsync(HooksUnderTest.Dana);
        hooks.Time.Advance(TimeSpan.FromMinutes(31));

        await AssertTakenAsync(hooks, key, Said);

        Assert.IsEmpty(hooks.Stores.Events.OfType<SessionLabelled>());
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("Bearer ")]
    [DataRow("Bearer cbh_")]
    [DataRow("Bearer cbh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DisplayName = "a key that nobody has")]
    [DataRow("Bearer cbh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/../", DisplayName = "no key's letters")]
    [DataRow("Basic Y2JoXzo=")]
    [DataRow("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", DisplayName = "a token is no hook key")]
    public async Task Event_WithoutAKey_IsRefused(string? authorization)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        await hooks.SessionAsync(HooksUnderTest.Dana);

        using var answer = await hooks.PostAsync(authorization, Said);

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.IsEmpty(hooks.Stores.Events);
    }

    [TestMethod]
    public async Task Key_ThatWasReplaced_IsNone()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var old = await hooks.KeyAsync(HooksUnderTest.Dana);
        var fresh = await hooks.KeyAsync(HooksUnderTest.Dana);

        using var answer = await hooks.PostAsync($"Bearer {old}", Said);

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        await AssertTakenAsync(hooks, fresh, Said);
    }

    [TestMethod]
    public async Task Key_AfterItsTime_IsNone()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);
        hooks.Time.Advance(HookKeys.Lifetime);

        using var answer = await hooks.PostAsync($"Bearer {key}", Said);

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("""{"event":"sessionStart","conversation":"a\nINFO broker: all is well"}""", "application/json", HttpStatusCode.BadRequest, DisplayName = "log injection")]
    [DataRow("""{"event":"sessionStart","conversation":"c"}""", "text/plain", HttpStatusCode.UnsupportedMediaType, DisplayName = "what a browser can send across sites")]
    [DataRow("no json", "application/json", HttpStatusCode.BadRequest)]
    public async Task Body_ThatIsNone_IsRefused(string body, string type, HttpStatusCode status)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);
        hooks.Stores.Events.Clear();

        using var answer = await hooks.PostAsync($"Bearer {key}", body, type);

        Assert.AreEqual(status, answer.StatusCode);
        Assert.IsEmpty(hooks.Stores.Events);
    }

    [TestMethod]
    [DataRow(1025)]
    [DataRow(20_000_000)]
    public async Task Body_ThatIsTooLarge_IsNotRead(int length)
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);

        using var answer = await hooks.PostAsync($"Bearer {key}", Said + new string(' ', length - Said.Length));

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [TestMethod]
    public async Task Events_WithoutEnd_AreToldToWait()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var (flood, other) = (await hooks.KeyAsync(HooksUnderTest.Dana), await hooks.KeyAsync(HooksUnderTest.Lee));
        for (var i = 0; i < 120; i++)
        {
            await AssertTakenAsync(hooks, flood, Said);
        }

        using var answer = await hooks.PostAsync($"Bearer {flood}", Said);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.IsNotNull(answer.Headers.RetryAfter);
        await AssertTakenAsync(hooks, other, Said);
    }

    [TestMethod]
    public async Task Event_WhenStateIsDown_IsNotTaken()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);
        hooks.Stores.State.IsDown = true;

        using var answer = await hooks.PostAsync($"Bearer {key}", Said);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [TestMethod]
    public async Task Event_WhenTheLedgerIsDown_IsNotTaken_AndTakenAfterwards()
    {
        await using var hooks = await HooksUnderTest.StartAsync();
        var key = await hooks.KeyAsync(HooksUnderTest.Dana);
        await hooks.SessionAsync(HooksUnderTest.Dana);
        hooks.Stores.LedgerIsDown = true;

        using var answer = await hooks.PostAsync($"Bearer {key}", Said);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        hooks.Stores.LedgerIsDown = false;
        await AssertTakenAsync(hooks, key, Said);
        Assert.HasCount(1, hooks.Stores.Events.OfType<SessionLabelled>());
    }

    [TestMethod]
    public void Key_InALog_IsNotShown()
    {
        var key = HookKey.New();

        Assert.DoesNotContain(key.Reveal()[4..], $"{key}");
        Assert.IsTrue(HookKey.TryParse(key.Reveal(), out var same));
        Assert.AreEqual(key.Sha256, same.Sha256);
        Assert.AreNotEqual(key.Sha256, HookKey.New().Sha256);
    }

    private static async Task AssertTakenAsync(HooksUnderTest hooks, string key, string body)
    {
        using var answer = await hooks.PostAsync($"Bearer {key}", body);
        Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
