using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Health;
using CursorBroker.Gateway.Tests.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Health;

[TestClass]
public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLedger _ledger = new();
    private readonly MemoryState _state = new();
    private readonly Switch _policy = new() { On = true };
    private int _keysAsked;
    private Func<ValueTask<bool>> _keys = static () => ValueTask.FromResult(true);

    [TestMethod]
    public async Task Ready_WithEverythingThere_IsSaid_AndNothingIsRecorded()
    {
        using var broker = Broker();

        Assert.AreEqual((200, "ready\n"), await AskAsync(broker));
        Assert.IsEmpty(_ledger.Events);
    }

    [TestMethod]
    [DataRow("policy")]
    [DataRow("state")]
    [DataRow("ledger")]
    [DataRow("keys")]
    public async Task Ready_WithOneThingAway_IsNot_AndNamesItAlone(string what)
    {
        Take(what);
        using var broker = Broker();

        Assert.AreEqual((503, $"not ready: {what}\n"), await AskAsync(broker));
    }

    [TestMethod]
    public async Task Ready_WithSeveralThingsAway_NamesEach()
    {
        Take("ledger");
        Take("policy");
        using var broker = Broker();

        Assert.AreEqual((503, "not ready: policy, ledger\n"), await AskAsync(broker));
    }

    [TestMethod]
    public async Task Ready_WithSomethingThatDoesNotAnswer_IsNot_AfterAWhile()
    {
        var never = new TaskCompletionSource<bool>();
        _keys = () => new ValueTask<bool>(never.Task);
        using var broker = Broker();

        var asked = AskAsync(broker);
        _time.Advance(Readiness.Patience - TimeSpan.FromMilliseconds(1));
        Assert.IsFalse(asked.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.AreEqual((503, "not ready: keys\n"), await asked);
    }

    [TestMethod]
    public async Task Attack_AskingOverAndOver_MakesNoWorkBehindIt()
    {
        var slow = new TaskCompletionSource<bool>();
        _keys = () => new ValueTask<bool>(slow.Task);
        using var broker = Broker();

        var all = Enumerable.Range(0, 50).Select(_ => AskAsync(broker)).ToArray();
        slow.SetResult(true);
        foreach (var one in all)
        {
            Assert.AreEqual(200, (await one).Status);
        }

        _ = await AskAsync(broker);
        Assert.AreEqual(1, _keysAsked);
    }

    [TestMethod]
    public async Task Ready_OnceItsAnswerIsOld_IsFoundOutAnew()
    {
        using var broker = Broker();
        Assert.AreEqual(200, (await AskAsync(broker)).Status);

        Take("state");
        _time.Advance(Readiness.Fresh - TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(200, (await AskAsync(broker)).Status);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(503, (await AskAsync(broker)).Status);
    }

    private void Take(string what)
    {
        switch (what)
        {
            case "policy":
                _policy.On = false;
                break;
            case "state":
                _state.IsDown = true;
                break;
            case "ledger":
                _ledger.OnAppend = static _ => throw new LedgerUnavailableException("the account at secret.example does not answer");
                break;
            case "keys":
                _keys = static () => ValueTask.FromResult(false);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "No such thing.");
        }
    }

    private ServiceProvider Broker()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<ILedger>(_ledger);
        services.AddSingleton<IStateStore>(_state);
        services.AddSingleton<IPolicySource>(_policy);
        services.AddHealth();
        services.AddReadinessCheck("keys", (_, _) =>
        {
            _keysAsked++;
            return _keys();
        });
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static async Task<(int Status, string Body)> AskAsync(ServiceProvider broker)
    {
        await using var scope = broker.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Response = { Body = body } };
        await HealthEndpoints.ReadyAsync(context);
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class Switch : IPolicySource
    {
        private static readonly PolicySet Any = PolicyCompiler.Compile("version: 1\nrules: []\n").Policy ?? throw new InvalidOperationException("The test's own policy does not compile.");

        public bool On { get; set; }

        public PolicySet? Current => On ? Any : null;

        public PolicyStatus Status => new(Current?.Version, null, null);
    }
}
