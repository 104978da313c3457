using System.Globalization;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Credentials;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.GitHub.Control;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.EndToEnd.Tests.Operating;

/// <summary>A broker that is killed outright, and what there is to find afterwards.</summary>
[TestClass]
public sealed class CrashTests
{
    private const int Pushers = 4;

    private const string Rules = """
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write }
        """;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Broker_KilledUnderPushLoad_LeavesAnIntactLedgerWithEveryIntentAndStartsAgain()
    {
        using var directory = new TempDirectory();
        await using var sandbox = await SandboxAsync(directory);
        await using var broker = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken);
        var git = new GitClient(directory.Path);
        var token = await SignIn.TokenAsync(sandbox.Issuer, "developer", TestContext.CancellationToken);
        var clones = await Task.WhenAll(Enumerable.Range(0, Pushers).Select(i => CloneAsync(i)));

        using var dead = new CancellationTokenSource();
        var pushing = clones.Select(clone => PushUntilAsync(clone)).ToArray();
        await Eventually.TrueAsync(() => Pushes(sandbox).Count >= 3 * Pushers, "pushes are under way", TestContext.CancellationToken);
        await broker.KillAsync();
        await dead.CancelAsync();
        await Task.WhenAll(pushing);

        var verification = await Ledgers.OpenAsync(broker.DataDirectory, reader => Ledgers.VerifyAsync(reader, TestContext.CancellationToken));
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        var events = await Ledgers.OpenAsync(broker.DataDirectory, reader => Ledgers.EventsAsync(reader, TestContext.CancellationToken));
        AssertEveryPushWasIntended(Pushes(sandbox), events);

        await using var again = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken);
        var listed = await git.RunAsync(directory.Path, token, TestContext.CancellationToken, "ls-remote", $"{again.Url}/acme/payments-0.git");
        Assert.IsTrue(listed.Succeeded, listed.Error);
        var grown = await Ledgers.OpenAsync(again.DataDirectory, reader => Ledgers.VerifyAsync(reader, TestContext.CancellationToken));
        Assert.IsTrue(grown.IsIntact, grown.Problem?.Detail);
        Assert.IsGreaterThan(verification.Head.Sequence, grown.Head.Sequence);
        Assert.AreEqual(0, await again.StopAsync(), again.Errors);

        async Task<string> CloneAsync(int i)
        {
            var clone = directory[$"clone-{i}"];
            var cloned = await git.RunAsync(directory.Path, token, TestContext.CancellationToken, "clone", "--quiet", $"{broker.Url}/acme/payments-{i}.git", clone);
            Assert.IsTrue(cloned.Succeeded, cloned.Error);
            return clone;
        }

        async Task PushUntilAsync(string clone)
        {
            for (var n = 0; !dead.IsCancellationRequested; n++)
            {
                await git.RunAsync(clone, null, TestContext.CancellationToken, "commit", "--quiet", "--allow-empty", "--message", $"{n}");
                await git.RunAsync(clone, token, TestContext.CancellationToken, "push", "--quiet", "origin", "HEAD:main");
            }
        }
    }

    [TestMethod]
    public async Task Tokens_OfAKilledBroker_AreRevokedByTheNextOne()
    {
        using var directory = new TempDirectory();
        await using var sandbox = await SandboxAsync(directory);
        await using var broker = await BrokerProcess.StartAsync(directory.Path, sandbox, Rules, TestContext.CancellationToken);
        var git = new GitClient(directory.Path);
        var token = await SignIn.TokenAsync(sandbox.Issuer, "developer", TestContext.CancellationToken);
        var listed = await git.RunAsync(directory.Path, token, TestContext.CancellationToken, "ls-remote", $"{broker.Url}/acme/payments-0.git");
        Assert.IsTrue(listed.Succeeded, listed.Error);
        await broker.KillAsync();
        var left = sandbox.GitHub.Tokens.Entries.Single();
        Assert.IsNull(left.RevokedAt);

        // The next instance, to whose clock the dead one has been silent for longer than a living one would be.
        var told = new Told();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new ShiftedClock { Shift = TimeSpan.FromMinutes(2) });
        services.AddSingleton<ICredentialObserver>(told);
        services.AddSqliteStores(broker.DataDirectory);
        services.AddSealing();
        services.AddGitHubCredentials(
            new GitHubOptions { AppId = sandbox.AppId.ToString(CultureInfo.InvariantCulture), Api = sandbox.GitHubApi, Git = sandbox.GitHubGit },
            PemAppKeySource.FromText(sandbox.AppPrivateKeyPem, "the sandbox's key"));
        await using (var next = services.BuildServiceProvider())
        {
            var hosted = next.GetServices<IHostedService>().ToList();
            foreach (var each in hosted)
            {
                await each.StartAsync(TestContext.CancellationToken);
            }

            await Eventually.TrueAsync(() => left.RevokedAt is not null && !told.Revocations.IsEmpty, "the dead broker's token is revoked", TestContext.CancellationToken);
            foreach (var each in hosted.AsEnumerable().Reverse())
            {
                await each.StopAsync(TestContext.CancellationToken);
            }
        }

        Assert.AreEqual((left.Sha256, RevocationReason.OwnerDied, true), told.Revocations.Single());
    }

    /// <summary>By the write token, which one push alone has: GitHub saw it in the push, and the ledger says for which request it was minted.</summary>
    private static void AssertEveryPushWasIntended(List<RecordedRequest> pushes, IReadOnlyList<AuditEvent> events)
    {
        Assert.IsGreaterThanOrEqualTo(3 * Pushers, pushes.Count);
        var leased = events.OfType<CredentialLeased>().ToLookup(static lease => lease.Sha256);
        foreach (var push in pushes)
        {
            var lease = leased[push.TokenSha256!].SingleOrDefault();
            Assert.IsNotNull(lease, $"GitHub saw a push to {push.Path} with a token that the ledger does not know.");
            var intent = events.OfType<ForwardIntended>().SingleOrDefault(intent => intent.Request == lease.Request);
            Assert.IsNotNull(intent, $"GitHub saw a push to {push.Path} that the ledger has no intent of.");
            Assert.AreEqual((true, push.Path), (intent.Writes, "/" + intent.Path));
            Assert.IsTrue(intent.At <= push.At, $"The intent was noted at {intent.At:O}, the push was there at {push.At:O}.");
        }
    }

    private static List<RecordedRequest> Pushes(SandboxWorld sandbox) => [.. sandbox.GitHub.Requests.Entries
        .Where(static request => request.Method == "POST" && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal))];

    private async Task<SandboxWorld> SandboxAsync(TempDirectory directory)
    {
        var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory["sandbox"] }, TestContext.CancellationToken);
        for (var i = 0; i < Pushers; i++)
        {
            var path = directory[$"payments-{i}.git"];
            await MadeRepository.CreateAsync(path, bytes: 1, TestContext.CancellationToken);
            sandbox.GitHub.AddRepository(SandboxRepository.At("acme", $"payments-{i}", path));
        }

        return sandbox;
    }

    private sealed class Told : ICredentialObserver
    {
        public System.Collections.Concurrent.ConcurrentQueue<(string Sha256, string Why, bool Confirmed)> Revocations { get; } = new();

        public void Revoked(string sha256, string why, bool confirmed) => Revocations.Enqueue((sha256, why, confirmed));

        public void Troubled(string what, Exception? exception) => throw new InvalidOperationException(what, exception);
    }
}
