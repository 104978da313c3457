using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;

namespace CursorBroker.Benchmarks.Transfer;

/// <summary>A sandbox here, a broker in a process of its own, and one identity that may do everything.</summary>
internal sealed class BenchWorld : IAsyncDisposable
{
    private const string Rules = """
        rules:
          - id: bench
            who: { groups: [payments-dev] }
            repositories: ["bench/*"]
            allow: { contents: write }
          - id: inspected
            who: { groups: [payments-dev] }
            repositories: ["inspected/*"]
            allow: { contents: read }
            opaque: inspect
        """;

    private readonly DirectoryInfo _directory;

    private BenchWorld(DirectoryInfo directory, SandboxWorld sandbox, BrokerProcess broker, string token)
    {
        _directory = directory;
        Sandbox = sandbox;
        Broker = broker;
        Token = token;
        Git = new GitClient(directory.FullName);
    }

    public SandboxWorld Sandbox { get; }

    public BrokerProcess Broker { get; }

    /// <summary>The developer's OIDC token.</summary>
    public string Token { get; }

    public GitClient Git { get; }

    /// <param name="prepare">Puts bare repositories as <c>DIR/bench/NAME.git</c>.</param>
    public static async Task<BenchWorld> StartAsync(Func<string, Task> prepare)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-bench-");
        var repositories = directory.CreateSubdirectory("repositories").FullName;
        await prepare(repositories);
        var sandbox = await SandboxWorld.StartAsync(
            new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName, RepositoriesDirectory = repositories }, CancellationToken.None);
        var broker = await BrokerProcess.StartAsync(directory.FullName, sandbox, Rules, CancellationToken.None);
        return new BenchWorld(directory, sandbox, broker, await SignIn.TokenAsync(sandbox.Issuer, "developer", CancellationToken.None));
    }

    /// <summary>A fresh place to work in.</summary>
    public string Place(string name) => Path.Combine(_directory.FullName, name);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Sandbox.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
