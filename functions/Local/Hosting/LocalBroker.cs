using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.Repositories;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Local.Hosting;

/// <summary>A running broker on this machine, and its sandbox when it has one.</summary>
internal sealed class LocalBroker : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly IReadOnlyList<string> _announcements;
    private readonly string? _pointer;

    private LocalBroker(WebApplication application, SandboxWorld? sandbox, RunningUrls urls, string dataPath, string policyPath, ServeArguments arguments)
    {
        _application = application;
        Sandbox = sandbox;
        Urls = urls;
        DataPath = dataPath;
        PolicyPath = policyPath;
        DataOption = arguments.Data is null ? "" : $" --data {dataPath}";
        _announcements = arguments.Unannounced
            ? []
            : [.. new[] { RunningUrls.PathIn(dataPath), arguments.ReadyFile?.FullName }.OfType<string>()];
        _pointer = arguments.Unannounced || dataPath == DataDirectory.Default ? null : RunningUrls.PointerPath;
    }

    /// <summary>Where everything listens.</summary>
    public RunningUrls Urls { get; }

    /// <summary>The sandbox; null when a real GitHub App is configured.</summary>
    public SandboxWorld? Sandbox { get; }

    public string DataPath { get; }

    public string PolicyPath { get; }

    /// <summary>The <c>--data</c> option that other verbs need to find this broker; empty for the default directory.</summary>
    public string DataOption { get; }

    /// <summary>Why <c>token</c> finds this broker only when it is told the data directory; null when it finds it without.</summary>
    public string? Hidden { get; private set; }

    /// <summary>A repository to show people: one that the sandbox serves.</summary>
    public (string Owner, string Name) Example
    {
        get
        {
            var served = Sandbox?.GitHub.Repositories ?? [];
            var shown = served.FirstOrDefault(static one => one is { Owner: SandboxRepositories.Owner, Name: SandboxRepositories.PaymentsApi }) ?? (served is [var first, ..] ? first : null);
            return shown is null ? (SandboxRepositories.Owner, SandboxRepositories.PaymentsApi) : (shown.Owner, shown.Name);
        }
    }

    public ILedgerReader LedgerReader => _application.Services.GetRequiredService<ILedgerReader>();

    /// <summary>Starts everything and announces it once all is listening.</summary>
    /// <exception cref="CannotStartException">Something is in the way; the message says what and how to mend it.</exception>
    public static async Task<LocalBroker> StartAsync(ServeArguments arguments, GitHubSettings? gitHub, CancellationToken cancellationToken)
    {
        var dataPath = DataDirectory.Make(arguments.Data);
        SandboxWorld? sandbox = null;
        WebApplication? application = null;
        try
        {
            if (gitHub is null)
            {
                sandbox = await SandboxStart.StartAsync(arguments, dataPath, cancellationToken);
            }
            else if (arguments.SandboxRepositories is not null)
            {
                throw new CannotStartException("--sandbox-repos is for the sandbox, but a real GitHub App is configured in the environment. Use one or the other.");
            }

            var policyPath = PolicyStart.Find(arguments, dataPath, withSandbox: sandbox is not null);
            var upstream = gitHub is not null ? Upstream.Of(gitHub) : Upstream.Of(sandbox!);
            if (await upstream.Keys.GetAsync(cancellationToken) is { Keys: [], Problem: var problem })
            {
                throw new CannotStartException(problem ?? "The App has no private key.");
            }

            application = Composition.Build(arguments, dataPath, policyPath, upstream);
            await application.StartAsync(cancellationToken);
            PolicyStart.RequireInForce(application.Services.GetRequiredService<IPolicySource>(), policyPath, upstream.Issuers);

            var urls = new RunningUrls(application.Urls.First(), sandbox?.Issuer.AbsoluteUri.TrimEnd('/'), upstream.Options.Git.AbsoluteUri.TrimEnd('/'));
            var running = new LocalBroker(application, sandbox, urls, dataPath, policyPath, arguments);
            running.Announce();
            return running;
        }
        catch (Exception failure)
        {
            if (application is not null)
            {
                // Stopped before it is disposed of: what runs in the background would take the one for a failure of its own, and say so.
                await StopAsync(application);
                await application.DisposeAsync();
            }

            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }

            throw Reason(failure, arguments.Port) ?? failure;
        }
    }

    /// <summary>Until the process is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var path in _pointer is null || Hidden is not null ? _announcements : _announcements.Append(_pointer))
        {
            Urls.Remove(path);
        }

        await StopAsync(_application);
        await _application.DisposeAsync();
        if (Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }
    }

    /// <summary>Stops it unless it has stopped, for a second stop would be recorded too, or never started.</summary>
    private static Task StopAsync(WebApplication application) =>
        application.Lifetime is { ApplicationStarted.IsCancellationRequested: true, ApplicationStopped.IsCancellationRequested: false }
            ? application.StopAsync()
            : Task.CompletedTask;

    private static CannotStartException? Reason(Exception failure, int port) => failure switch
    {
        CannotStartException => null,
        DataDirectoryException => new CannotStartException(failure.Message, failure),
        LedgerUnavailableException or StateUnavailableException => new CannotStartException($"The data directory cannot be used: {failure.Message}", failure),
        IOException { InnerException: AddressInUseException } => new CannotStartException(
            $"Port {port} is in use. Stop what uses it, or choose another one with --port (0 picks a free one).", failure),
        _ => null,
    };

    private void Announce()
    {
        foreach (var path in _announcements)
        {
            try
            {
                Urls.Write(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CannotStartException($"The URLs cannot be written to {path}: {failure.Message}", failure);
            }
        }

        try
        {
            if (_pointer is not null)
            {
                Urls.Write(_pointer);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to is no reason not to serve from another directory.
            Hidden = $"'token' needs --data to find this broker: {_pointer} cannot be written: {failure.Message}";
        }
    }
}
