using System.Diagnostics;
using System.Net;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.GitHub;

namespace CursorBroker.Clients.Tests;

/// <summary>A sandbox in this process, a broker before it in another, TLS before that, and clients that find it all by name.</summary>
internal sealed class ClientWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _directory;
    private readonly SandboxWorld _sandbox;
    private readonly TlsFront _front;
    private readonly BrokerProcess _broker;
    private int _made;

    private ClientWorld(DirectoryInfo directory, SandboxWorld sandbox, TlsFront front, BrokerProcess broker)
    {
        _directory = directory;
        _sandbox = sandbox;
        _front = front;
        _broker = broker;
    }

    public SandboxGitHub GitHub => _sandbox.GitHub;

    public BrokerProcess Broker => _broker;

    /// <summary>Where clients think it is.</summary>
    public static string Url => $"https://{TlsFront.Host}";

    /// <param name="rules">The policy's rules.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="byName">False for a broker that knows itself by its loopback address, for a client that takes no proxy.</param>
    public static async Task<ClientWorld> StartAsync(string rules, CancellationToken cancellationToken, bool byName = true)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-clients-");
        var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName }, cancellationToken);
        var front = new TlsFront(directory.FullName);
        var broker = await BrokerProcess.StartAsync(directory.FullName, sandbox, rules, cancellationToken, settings: byName ? new() { ["CURSORBROKER_URL"] = Url } : []);
        front.LeadTo(new Uri(broker.Url));
        return new ClientWorld(directory, sandbox, front, broker);
    }

    public Task<string> TokenAsync(string identity, CancellationToken cancellationToken) => SignIn.TokenAsync(_sandbox.Issuer, identity, cancellationToken);

    /// <summary>An empty directory that no other test has.</summary>
    public string NewDirectory() => _directory.CreateSubdirectory($"scratch-{Interlocked.Increment(ref _made)}").FullName;

    /// <summary>What a client finds in its environment.</summary>
    public Dictionary<string, string> Environment(string token, string home) => new()
    {
        ["HOME"] = home,
        ["HTTPS_PROXY"] = _front.ProxyUrl,
        ["https_proxy"] = _front.ProxyUrl,
        ["SSL_CERT_FILE"] = _front.CertificateFile,
        ["GIT_SSL_CAINFO"] = _front.CertificateFile,
        ["NODE_EXTRA_CA_CERTS"] = _front.CertificateFile,
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_AUTHOR_NAME"] = "Dev Developer",
        ["GIT_AUTHOR_EMAIL"] = "developer@example.com",
        ["GIT_COMMITTER_NAME"] = "Dev Developer",
        ["GIT_COMMITTER_EMAIL"] = "developer@example.com",
        ["GH_HOST"] = TlsFront.Host,
        ["GH_ENTERPRISE_TOKEN"] = token,
        ["GH_PROMPT_DISABLED"] = "1",
        ["GH_NO_UPDATE_NOTIFIER"] = "1",
        ["NO_COLOR"] = "1",
    };

    /// <summary>A handler for clients in this process that finds the broker by its name and trusts it.</summary>
    public HttpClientHandler Handler() => HandlerOf(_front);

    /// <summary>The same for any broker behind such a front.</summary>
    public static HttpClientHandler HandlerOf(TlsFront front) => new()
    {
        Proxy = new WebProxy(front.ProxyUrl),
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null && certificate.ExportCertificatePem() == File.ReadAllText(front.CertificateFile),
    };

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ran> RunAsync(string directory, Dictionary<string, string> environment, string[] command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started.");
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Ran(process.ExitCode, await output, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _front.DisposeAsync();
        await _sandbox.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

/// <summary>How a program ended.</summary>
internal sealed record Ran(int ExitCode, string Output, string Errors)
{
    /// <summary>Everything that it wrote, for a failed test's message.</summary>
    public string All => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
