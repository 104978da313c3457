using System.Collections.Concurrent;
using CursorBroker.Core.Audit;
using CursorBroker.Local.Demo;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.GitHub;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>A broker and its sandbox in this process, in a directory that goes away, and the people who use them.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private bool _stopped;
    private int _made;

    private World(DirectoryInfo directory, LocalBroker broker)
    {
        _directory = directory;
        Broker = broker;
        Git = new GitClient(directory.CreateSubdirectory("home").FullName);
    }

    public LocalBroker Broker { get; }

    public GitClient Git { get; }

    public SandboxWorld Sandbox => Broker.Sandbox!;

    public SandboxGitHub GitHub => Sandbox.GitHub;

    public string Url => Broker.Urls.Broker.TrimEnd('/');

    /// <summary>Starts one; without a policy it has the sandbox's own, and without a hold a push that needs approval is answered at once.</summary>
    public static async Task<World> StartAsync(CancellationToken cancellationToken, string? policy = null, TimeSpan hold = default)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-e2e-");
        try
        {
            FileInfo? file = null;
            if (policy is not null)
            {
                file = new FileInfo(Path.Combine(directory.FullName, "policy.yaml"));
                await File.WriteAllTextAsync(file.FullName, policy, cancellationToken);
            }

            var arguments = new ServeArguments { Port = 0, Data = directory.CreateSubdirectory("data"), Policy = file, Hold = hold, Unannounced = true };
            return new World(directory, await LocalBroker.StartAsync(arguments, gitHub: null, cancellationToken));
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>A name that no other test has.</summary>
    public string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _made)}";

    /// <summary>An empty directory that no other test has.</summary>
    public string NewDirectory() => _directory.CreateSubdirectory(NewName("scratch")).FullName;

    /// <summary>Someone's token, the same every time.</summary>
    public async Task<string> TokenAsync(string identity, CancellationToken cancellationToken) =>
        _tokens.TryGetValue(identity, out var token) ? token : _tokens[identity] = await FreshTokenAsync(identity, cancellationToken);

    /// <summary>A token of a sign-in of its own.</summary>
    public Task<string> FreshTokenAsync(string identity, CancellationToken cancellationToken) => SignIn.TokenAsync(Sandbox.Issuer, identity, cancellationToken);

    /// <summary>Everything in the ledger, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEvent>> EventsAsync(CancellationToken cancellationToken) => await Ledgers.EventsAsync(Broker.LedgerReader, cancellationToken);

    /// <summary>Stops broker and sandbox; what the sandbox saw can still be read.</summary>
    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await Broker.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Delete(recursive: true);
    }
}
