using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using CursorBroker.Adapters.PolicyBlob;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.PolicyBlob;

/// <summary>The blob source over a scripted storage, through the real SDK.</summary>
[TestClass]
public sealed class PolicyBlobSourceTests
{
    private const string Good = "version: 1\n# one\n";
    private const string Better = "version: 1\n# two\n";
    private const string Bad = "version: 2\n";
    private const string Worse = "version: 3\n";

    [TestMethod]
    public async Task Start_GoodBlob_IsInForceBeforeStartReturns()
    {
        using var world = await World.StartAsync(Good);
        Assert.AreEqual(VersionOf(Good), world.Source.Current!.Version);
        Assert.AreEqual(new PolicyStatus(VersionOf(Good), world.Time.GetUtcNow(), null), world.Source.Status);
        CollectionAssert.AreEqual(new[] { $"loaded https://acct.blob.core.windows.net/policies/policy.yaml {VersionOf(Good)}" }, world.Observer.Heard);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_SameVersion_IsAskedForByItsETagAndNotTransferred()
    {
        using var world = await World.StartAsync(Good);
        await world.UntilAsync(() => world.Storage.Conditions.Count >= 3);
        Assert.IsNull(world.Storage.Conditions[0]);
        Assert.AreEqual("\"v1\"", world.Storage.Conditions[1]);
        Assert.AreEqual(1, world.Storage.Transfers);
        Assert.IsNull(world.Source.Status.Problem);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Poll_BlobReplaced_IsLoaded()
    {
        using var world = await World.StartAsync(Good);
        world.Storage.Put(Better);
        await world.UntilAsync(() => world.Source.Current!.Version == VersionOf(Better));
        Assert.IsNull(world.Source.Status.Problem);
    }

    [TestMethod]
    public async Task Reload_BadAfterGood_KeepsTheGoodAndReportsOnceForEachContent()
    {
        using var world = await World.StartAsync(Good);
        var good = world.Source.Current;
        foreach (var text in new[] { Bad, Bad, Worse, Bad })
        {
            world.Storage.Put(text);
            await world.Source.ReloadAsync();
            Assert.AreSame(good, world.Source.Current);
            StringAssert.Contains(world.Source.Status.Problem, "The policy blob 'https://acct.blob.core.windows.net/policies/policy.yaml' has 1 error", StringComparison.Ordinal);
        }

        Assert.HasCount(3, world.Observer.Heard, "Loaded once, two distinct bad contents.");
        world.Storage.Put(Good);
        await world.Source.ReloadAsync();
        Assert.AreSame(good, world.Source.Current);
        Assert.IsNull(world.Source.Status.Problem);
    }

    [TestMethod]
    public async Task Reload_BlobVanishes_KeepsTheLastGoodTellsItOnceAndFollowsItBack()
    {
        using var world = await World.StartAsync(Good);
        world.Storage.Fail(404, "BlobNotFound");
        await world.Source.ReloadAsync();
        await world.Source.ReloadAsync();
        Assert.IsNotNull(world.Source.Current);
        StringAssert.Contains(world.Source.Status.Problem, "is not there", StringComparison.Ordinal);
        Assert.HasCount(2, world.Observer.Heard);
        world.Storage.Failure = null;
        await world.Source.ReloadAsync();
        Assert.IsNull(world.Source.Status.Problem, "It came back as it was.");
    }

    [TestMethod]
    [DataRow(403, "AuthorizationPermissionMismatch", "lacks the role Storage Blob Data Reader")]
    [DataRow(403, "AuthorizationFailure", "network rules keep the broker out")]
    [DataRow(409, "SomethingElse", "the storage answered 409 SomethingElse")]
    [DataRow(0, "", "acct.blob.core.windows.net cannot be reached")]
    public async Task Start_StorageRefuses_HasNoPolicyAndSaysWhy(int status, string code, string expected)
    {
        using var world = await World.StartAsync(Good, storage => storage.Fail(status, code));
        Assert.IsNull(world.Source.Current);
        StringAssert.Contains(world.Source.Status.Problem, expected, StringComparison.Ordinal);
        Assert.HasCount(1, world.Observer.Heard);
    }

    [TestMethod]
    public async Task Reload_ObserverFails_OldPolicyStaysUntilItIsHeard()
    {
        using var world = await World.StartAsync(Good);
        var good = world.Source.Current;
        world.Observer.Fails = true;
        world.Storage.Put(Better);
        await world.Source.ReloadAsync();
        Assert.AreSame(good, world.Source.Current, "A policy whose arrival cannot be recorded does not rule.");
        world.Observer.Fails = false;
        await world.Source.ReloadAsync();
        Assert.AreEqual(VersionOf(Better), world.Source.Current!.Version);
    }

    [TestMethod]
    public async Task Reload_TooLarge_IsRejectedWithoutReadingItWhole()
    {
        using var world = await World.StartAsync(new string('#', (2 * PolicyCompiler.MaxBytes) + 1));
        StringAssert.Contains(world.Source.Status.Problem, "larger than 1048576 bytes", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("https://acct.blob.core.windows.net/policies/policy.yaml?sv=1&sig=x", "without a query")]
    [DataRow("https://acct.blob.core.windows.net/policy.yaml", "whole address")]
    [DataRow("http://acct.blob.core.windows.net/policies/policy.yaml", "must be https")]
    public void Add_WrongAddress_IsRefusedWithWords(string address, string expected)
    {
        var failure = Assert.ThrowsExactly<ArgumentException>(
            () => new ServiceCollection().AddPolicyBlob(new FakeIdentity("none"), new PolicyBlobOptions { Blob = new(address), PollInterval = TimeSpan.Zero }));
        StringAssert.Contains(failure.Message, expected, StringComparison.Ordinal);
        StringAssert.Contains(failure.Message, "PollInterval", StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", failure.Message);
    }

    private static string VersionOf(string text) => PolicyCompiler.Compile(text).Policy!.Version;

    private sealed class World : IDisposable
    {
        private readonly HttpClient _client;
        private readonly ServiceProvider _provider;

        private World(string text)
        {
            Storage.Put(text);
            _client = new HttpClient(Storage);
            _provider = new ServiceCollection()
                .AddSingleton<TimeProvider>(Time)
                .AddSingleton<IPolicyObserver>(Observer)
                .AddSingleton(new BlobClientOptions { Transport = new HttpClientTransport(_client), Retry = { MaxRetries = 0 } })
                .AddPolicyBlob(new FakeIdentity("https://storage.azure.com/.default"), new PolicyBlobOptions { Blob = new("https://acct.blob.core.windows.net/policies/policy.yaml") })
                .BuildServiceProvider();
        }

        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

        public Recorder Observer { get; } = new();

        public Storage Storage { get; } = new();

        public PolicyBlobSource Source => _provider.GetRequiredService<PolicyBlobSource>();

        public static async Task<World> StartAsync(string text, Action<Storage>? script = null)
        {
            var world = new World(text);
            script?.Invoke(world.Storage);
            await world.Source.StartAsync(CancellationToken.None);
            return world;
        }

        /// <summary>Moves the clock until the loop has got there; only the test's own time-out ends it otherwise.</summary>
        public async Task UntilAsync(Func<bool> done)
        {
            while (!done())
            {
                Time.Advance(TimeSpan.FromSeconds(10));
                await Task.Yield();
            }
        }

        public void Dispose()
        {
            _provider.Dispose();
            _client.Dispose();
        }
    }

    private sealed class Storage : HttpMessageHandler
    {
        private string _text = "";
        private int _version;

        public List<string?> Conditions { get; } = [];

        public int Transfers { get; private set; }

        public (int Status, string Code)? Failure { get; set; }

        public void Put(string text) => (_text, _version) = (text, _version + 1);

        public void Fail(int status, string code) => Failure = (status, code);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.AreEqual("GET https://acct.blob.core.windows.net/policies/policy.yaml", $"{request.Method} {request.RequestUri}");
            Assert.AreEqual($"Bearer {FakeIdentity.Token}", request.Headers.Authorization!.ToString());
            var condition = request.Headers.IfNoneMatch.SingleOrDefault()?.ToString();
            Conditions.Add(condition);
            if (Failure is { } failure)
            {
                if (failure.Status == 0)
                {
                    throw new HttpRequestException("no route to host");
                }

                var refused = new HttpResponseMessage((HttpStatusCode)failure.Status) { RequestMessage = request, Content = new ByteArrayContent([]) };
                refused.Headers.Add("x-ms-error-code", failure.Code);
                return Task.FromResult(refused);
            }

            var etag = $"\"v{_version}\"";
            if (condition == etag)
            {
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotModified) { RequestMessage = request, Content = new ByteArrayContent([]) });
            }

            Transfers++;
            var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(Encoding.UTF8.GetBytes(_text)) };
            response.Headers.ETag = new EntityTagHeaderValue(etag);
            response.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            return Task.FromResult(response);
        }
    }

    private sealed class Recorder : IPolicyObserver
    {
        public List<string> Heard { get; } = [];

        public bool Fails { get; set; }

        public ValueTask LoadedAsync(string source, PolicySet policy, ImmutableArray<PolicyProblem> warnings, CancellationToken cancellationToken) =>
            Hear($"loaded {source} {policy.Version}");

        public ValueTask RejectedAsync(string source, string version, ImmutableArray<PolicyProblem> problems, CancellationToken cancellationToken) => Hear($"rejected {version}");

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
