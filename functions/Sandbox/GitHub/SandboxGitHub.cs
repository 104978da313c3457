using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.GitHub.Downloads;
using CursorBroker.Sandbox.GitHub.Git;
using CursorBroker.Sandbox.GitHub.Graph;
using CursorBroker.Sandbox.GitHub.Lfs;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;
using CursorBroker.Sandbox.GitHub.Rest.Actions;
using CursorBroker.Sandbox.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Sandbox.GitHub;

/// <summary>
/// A GitHub on loopback: App authentication, tokens and the REST API under <c>/api/v3/</c>, git at <c>/{owner}/{repo}.git</c>, both refusing as
/// the real one does. What tests steer it with is on this object alone; nothing of it can be reached over HTTP.
/// </summary>
public sealed class SandboxGitHub : IAsyncDisposable
{
    internal const string AppSlug = "cursor-broker-sandbox";
    internal const string EnterpriseVersion = "3.19.0";

    private readonly WebApplication _web;
    private readonly DownloadHost _downloads;
    private readonly GitHubApp _app;
    private readonly RepositoryCatalog _catalog;
    private readonly Installations _installations;
    private readonly RateLimits _limits;
    private readonly ChildProcesses _children;

    private SandboxGitHub(WebApplication web, DownloadHost downloads)
    {
        _web = web;
        _downloads = downloads;
        Git = EmbeddedHost.AddressOf(web);
        Api = new Uri(Git, "api/v3/");
        _app = web.Services.GetRequiredService<GitHubApp>();
        _catalog = web.Services.GetRequiredService<RepositoryCatalog>();
        _installations = web.Services.GetRequiredService<Installations>();
        _limits = web.Services.GetRequiredService<RateLimits>();
        _children = web.Services.GetRequiredService<ChildProcesses>();
        Tokens = web.Services.GetRequiredService<TokenLog>();
        Downloads = web.Services.GetRequiredService<DownloadLog>();
        Requests = web.Services.GetRequiredService<RequestLog>();
        Faults = web.Services.GetRequiredService<FaultPlan>();
        Counters = web.Services.GetRequiredService<SandboxCounters>();
    }

    /// <summary>The REST API's address, with a slash at the end.</summary>
    public Uri Api { get; }

    /// <summary>What repositories' git addresses begin with, with a slash at the end.</summary>
    public Uri Git { get; }

    /// <summary>The host of signed addresses (archives, release files, logs), with a slash at the end.</summary>
    public Uri DownloadsAddress => _downloads.Address;

    /// <summary>The App's numeric id.</summary>
    public long AppId => _app.Id;

    /// <summary>The App's client id, which may stand in a JWT's <c>iss</c> instead.</summary>
    public string ClientId => _app.ClientId;

    /// <summary>The App's private key of now, PKCS#8 PEM.</summary>
    public string AppPrivateKeyPem => _app.PrivateKeyPem;

    /// <summary>The value of an Actions secret, opened with the repository's own key; null when there is none of that name.</summary>
    public string? ActionsSecret(SandboxRepository repository, string name)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return _web.Services.GetRequiredService<WorldRecords>().Of(repository).Secrets.TryGetValue(name, out var secret) ? SecretRoutes.Open(repository, secret.Sealed) : null;
    }

    /// <summary>The repositories of now.</summary>
    public IReadOnlyList<SandboxRepository> Repositories => [.. _catalog.All];

    /// <summary>Every token minted.</summary>
    public TokenLog Tokens { get; }

    /// <summary>The latest requests.</summary>
    public RequestLog Requests { get; }

    /// <summary>What was fetched from <see cref="DownloadsAddress"/>.</summary>
    public DownloadLog Downloads { get; }

    /// <summary>What shall go wrong.</summary>
    public FaultPlan Faults { get; }

    /// <summary>How often things happened.</summary>
    public SandboxCounters Counters { get; }

    /// <summary>git processes that run now.</summary>
    public int RunningGitProcesses => _children.Running;

    /// <summary>The routes of a repository.</summary>
    internal RestTable Routes => _web.Services.GetRequiredService<RestTable>();

    /// <summary>Requests an hour that each installation, and the App, may make of the API; 5000 at the start, at least 0.</summary>
    public int RateLimit
    {
        get => _limits.Limit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _limits.Limit = value;
        }
    }

    /// <summary>Starts it; it listens when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="FileNotFoundException">git, or its http-backend, is not installed.</exception>
    public static async Task<SandboxGitHub> StartAsync(SandboxGitHubOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var data = Path.GetFullPath(options.DataDirectory);
        var hooks = WorkflowHook.Install(Path.Combine(data, "git-hooks"));
        var environment = GitEnvironment.Server(Path.Combine(data, "git-home"), hooks);
        var backend = await GitPrograms.HttpBackendAsync(environment, cancellationToken).ConfigureAwait(false);

        var builder = EmbeddedHost.CreateBuilder(options.Port, options.Time, options.Logging);
        Register(builder.Services, options, Path.Combine(data, "github-app.pem"));
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<GitBackend>(services, backend, environment));
        var web = builder.Build();
        Map(web);
        DownloadHost? downloads = null;
        try
        {
            downloads = await DownloadHost.StartAsync(
                options, web.Services.GetRequiredService<DownloadTickets>(), web.Services.GetRequiredService<DownloadLog>(), cancellationToken).ConfigureAwait(false);
            await web.StartAsync(cancellationToken).ConfigureAwait(false);
            return new SandboxGitHub(web, downloads);
        }
        catch
        {
            if (downloads is not null)
            {
                await downloads.DisposeAsync().ConfigureAwait(false);
            }

            await web.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Replaces the App's key: JWTs by the old one are refused from now on. Returns the new one, PKCS#8 PEM.</summary>
    public string RotateAppKey()
    {
        _app.RotateKey();
        return _app.PrivateKeyPem;
    }

    /// <summary>Adds a repository while it runs.</summary>
    /// <exception cref="ArgumentException">The name or the id is taken.</exception>
    public void AddRepository(SandboxRepository repository) => _catalog.Add(repository);

    /// <summary>Renames or moves a repository (<c>owner/name</c>); its id stays and its old name redirects.</summary>
    /// <exception cref="ArgumentException">There is none of the old name, one of the new, or the new is not a name.</exception>
    public void RenameRepository(string from, string to) => _catalog.Rename(from, to);

    /// <summary>Installs the App on an account or takes it off; at the start it is on every one.</summary>
    public void SetInstalled(string account, bool installed) => _installations.SetInstalled(account, installed);

    /// <summary>Suspends the App's installation on an account, or lifts that.</summary>
    public void SetSuspended(string account, bool suspended) => _installations.SetSuspended(account, suspended);

    /// <summary>Stops listening and ends every git process it started.</summary>
    public async ValueTask DisposeAsync()
    {
        _children.Dispose();
        await _web.StopAsync().ConfigureAwait(false);
        _children.Dispose();
        await _downloads.DisposeAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
    }

    private static void Register(IServiceCollection services, SandboxGitHubOptions options, string keyPath)
    {
        services.AddSingleton(_ => new GitHubApp(options.AppId, options.ClientId, options.Permissions, keyPath));
        services.AddSingleton(_ => new RepositoryCatalog(options.Repositories));
        services.AddSingleton(_ => new RequestLog(options.Time));
        services.AddSingleton<TokenLog>().AddSingleton<FaultPlan>().AddSingleton<SandboxCounters>().AddSingleton<FrontDoor>();
        services.AddSingleton<AppJwtVerifier>().AddSingleton<Installations>().AddSingleton<InstallationTokens>();
        services.AddSingleton<RateLimits>().AddSingleton<ApiGate>().AddSingleton<MintRules>().AddSingleton<ChildProcesses>();
        services.AddSingleton<AppRoutes>().AddSingleton<InstallationRoutes>().AddSingleton<GitGate>().AddSingleton<GitRoutes>();
        services.AddSingleton(_ => new LfsStore(Path.Combine(Path.GetFullPath(options.DataDirectory), "lfs")));
        services.AddSingleton<LfsLocks>().AddSingleton<LfsActions>().AddSingleton<LfsRoutes>();
        services.AddSingleton<DownloadTickets>().AddSingleton<DownloadLog>();
        services.AddRest();
        services.AddGraph();
    }

    private static void Map(WebApplication web)
    {
        web.Use(web.Services.GetRequiredService<FrontDoor>().InvokeAsync);
        web.UseRouting();
        var api = web.MapGroup("/api/v3");
        web.Services.GetRequiredService<AppRoutes>().Map(api);
        web.Services.GetRequiredService<InstallationRoutes>().Map(api);
        web.MapRest(api);
        web.Services.GetRequiredService<GraphEndpoint>().Map(web);
        web.Services.GetRequiredService<GitRoutes>().Map(web);
        web.Services.GetRequiredService<LfsRoutes>().Map(web);
    }
}
