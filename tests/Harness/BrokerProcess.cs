using System.Diagnostics;
using System.Globalization;
using System.Text;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox;

namespace CursorBroker.Harness;

/// <summary>The broker as a process of its own: with a sandbox in this process playing GitHub, or one that it starts itself.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private BrokerProcess(Process process, string dataDirectory)
    {
        _process = process;
        DataDirectory = dataDirectory;
    }

    /// <summary>Where everything listens, as the ready file said.</summary>
    public RunningUrls Urls { get; private set; } = new("", null, "");

    public string Url => Urls.Broker;

    public string DataDirectory { get; }

    public int ProcessId => _process.Id;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>The broker's program beside this assembly.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "cursor-broker.dll");

    /// <summary>Starts it as for a real GitHub and a real identity provider, which the sandbox plays, with a policy of these rules. What stands before the sandbox's GitHub may be named instead of it.</summary>
    public static async Task<BrokerProcess> StartAsync(
        string directory, SandboxWorld sandbox, string rules, CancellationToken cancellationToken, string[]? options = null, Dictionary<string, string>? settings = null, Uri? gitHub = null, string? policyText = null)
    {
        var policy = Path.Combine(directory, "policy.yaml");
        await File.WriteAllTextAsync(policy, policyText ?? PolicyFor(sandbox, rules), cancellationToken);
        return await StartAsync(
            directory,
            ["--policy", policy, .. options ?? []],
            new(settings ?? [])
            {
                [GitHubSettings.AppIdVariable] = sandbox.AppId.ToString(CultureInfo.InvariantCulture),
                [GitHubSettings.AppKeyVariable] = sandbox.AppPrivateKeyPem,
                [GitHubSettings.UrlVariable] = (gitHub ?? sandbox.GitHubGit).AbsoluteUri,
                [SignInSettings.IssuerVariable] = settings?.GetValueOrDefault(SignInSettings.IssuerVariable) ?? sandbox.Issuer.OriginalString,
                [SignInSettings.ClientIdVariable] = settings?.GetValueOrDefault(SignInSettings.ClientIdVariable) ?? SandboxWorld.PagesClientId,
            },
            cancellationToken);
    }

    /// <summary>Starts it as somebody does who has configured nothing: with a sandbox of its own, in <c>data</c> unless the options name another place.</summary>
    public static Task<BrokerProcess> StartAsync(string directory, string[] options, CancellationToken cancellationToken) =>
        StartAsync(directory, options, [], cancellationToken);

    /// <summary>The same at another address than it listens at.</summary>
    public static Task<BrokerProcess> StartAtAsync(string directory, string[] options, string address, CancellationToken cancellationToken) =>
        StartAsync(directory, options, new() { ["CURSORBROKER_URL"] = address }, cancellationToken);

    /// <summary>The most memory that the process ever held, in bytes (Linux's <c>VmHWM</c>).</summary>
    public long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Ends the process as a power cut would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to stop, as a terminal or a platform does. Its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static async Task<BrokerProcess> StartAsync(
        string directory, string[] options, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var named = options.AsSpan().IndexOf("--data");
        var data = named < 0 ? Path.Combine(directory, "data") : options[named + 1];
        string[] where = named < 0 ? ["--data", data] : [];
        var ready = Path.Combine(directory, "ready.json");
        File.Delete(ready);
        var start = new ProcessStartInfo("dotnet", [Program, "serve", "--port", "0", .. where, "--ready-file", ready, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XDG_DATA_HOME"] = directory },
        };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("CURSORBROKER_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var broker = new BrokerProcess(Process.Start(start) ?? throw new InvalidOperationException("The broker could not be started."), data);
        broker._process.OutputDataReceived += static (_, _) => { };
        broker._process.ErrorDataReceived += (_, line) => broker.Note(line.Data);
        broker._process.BeginOutputReadLine();
        broker._process.BeginErrorReadLine();

        var waited = Stopwatch.StartNew();
        RunningUrls? urls;
        while ((urls = RunningUrls.Read(ready)) is null)
        {
            if (broker._process.HasExited || waited.Elapsed > StartLimit)
            {
                var errors = broker.Errors;
                await broker.DisposeAsync();
                throw new InvalidOperationException($"The broker did not start: {errors}");
            }

            await Task.Delay(20, cancellationToken);
        }

        broker.Urls = urls;
        return broker;
    }

    private static string PolicyFor(SandboxWorld sandbox, string rules) => $$"""
        version: 1
        issuers:
          - issuer: {{sandbox.Issuer.OriginalString}}
            audiences: [{{SandboxWorld.IssuerMetadata.Audience}}]
            subject: { claims: [tid, oid] }
            groups: { claim: groups }
            workloads: { claim: idtyp, value: app }
        {{rules}}
        """;

    private void Note(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
