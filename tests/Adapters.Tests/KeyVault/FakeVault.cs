using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.KeyVault;
using CursorBroker.Core.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.KeyVault;

/// <summary>
/// Enough of Key Vault's secrets REST API for the real SDK, over https with a certificate of its own that only this transport trusts: the challenge, paged
/// listing of versions, values, attributes, and the errors that a vault answers.
/// </summary>
internal sealed class FakeVault : IAsyncDisposable
{
    public const string AppKey = "github-app-key";

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly WebApplication _server;
    private readonly ServiceProvider _broker;
    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<string, List<Version>> _secrets = new(StringComparer.OrdinalIgnoreCase);

    private FakeVault(WebApplication server, Action<KeyVaultOptions>? configure)
    {
        _server = server;
        Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        _client = TestCertificate.CreateClient();
        var options = VaultReader.ClientOptions(TimeSpan.FromSeconds(5), retryDelay: TimeSpan.Zero);
        options.Transport = new HttpClientTransport(_client);
        options.DisableChallengeResourceVerification = true;
        _broker = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<SecretClientOptions>(options)
            .AddKeyVault(Identity, settings =>
            {
                settings.Vault = Address;
                configure?.Invoke(settings);
            })
            .BuildServiceProvider();
    }

    public Uri Address { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public LogLines Log { get; } = new();

    public FakeIdentity Identity { get; } = new("https://vault.azure.net/.default");

    public ConcurrentQueue<string> Calls { get; } = new();

    public int Listings => Calls.Count(static call => call.Contains("/versions", StringComparison.Ordinal));

    /// <summary>Answers instead of the vault; null for the vault itself.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>Happens once, between the listing of versions and what follows.</summary>
    public Action? AfterListing { get; set; }

    public IAppKeySource Keys => _broker.GetRequiredService<IAppKeySource>();

    public ISecretSource Secrets => _broker.GetRequiredService<ISecretSource>();

    public static async Task<FakeVault> StartAsync(Action<KeyVaultOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(TestCertificate.Value)));
        var server = builder.Build();
        FakeVault? vault = null;
        server.Run(context => vault!.ServeAsync(context));
        await server.StartAsync();
        return vault = new FakeVault(server, configure);
    }

    /// <summary>Adds a version; the newest is the one made last.</summary>
    public string Set(string name, string value, bool enabled = true, DateTimeOffset? notBefore = null, DateTimeOffset? expires = null)
    {
        var versions = _secrets.GetOrAdd(name, static _ => []);
        var version = new Version(versions.Count, value) { Enabled = enabled, NotBefore = notBefore, Expires = expires };
        versions.Add(version);
        return version.Id;
    }

    public void Disable(string name, string id) => _secrets[name].Single(version => version.Id == id).Enabled = false;

    public void Delete(string name) => _secrets.Remove(name, out _);

    /// <summary>Answers everything with an error as the vault writes them.</summary>
    public void Fail(int status, string code, string? inner = null, string? retryAfter = null) => Instead = context =>
    {
        context.Response.Headers.RetryAfter = retryAfter;
        return ErrorAsync(context, status, code, inner);
    };

    /// <summary>Goes away: whoever connects is refused.</summary>
    public Task GoDownAsync() => _server.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        // The first request of a client carries nothing; the challenge tells it where tokens come from and for whom.
        if (context.Request.Headers.Authorization.Count == 0)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.microsoftonline.com/f00d\", resource=\"https://vault.azure.net\"";
            return;
        }

        Assert.AreEqual($"Bearer {FakeIdentity.Token}", context.Request.Headers.Authorization.ToString());
        Calls.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (context.Request.Method != "GET" || path is not ["secrets", var name, var what])
        {
            throw new InvalidOperationException($"Nobody scripted {context.Request.Method} {context.Request.Path}.");
        }

        _secrets.TryGetValue(name, out var versions);
        if (what == "versions")
        {
            // Pages of two, oldest first: a caller that reads one page, or takes the first, has the wrong ones.
            var page = int.Parse(context.Request.Query["$skiptoken"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            var items = (versions ?? []).Skip(page).Take(2).Select(version => version.Describe(Address, name, withValue: false));
            var next = versions?.Count > page + 2 ? $"{Address}secrets/{name}/versions?api-version=7.6&$skiptoken={page + 2}" : null;
            var listed = JsonSerializer.SerializeToUtf8Bytes(new { value = items, nextLink = next }, Json);
            if (next is null)
            {
                AfterListing?.Invoke();
                AfterListing = null;
            }

            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(listed);
        }
        else if (versions?.SingleOrDefault(version => version.Id == what) is not { } found)
        {
            await ErrorAsync(context, 404, "SecretNotFound", null);
        }
        else if (!found.Enabled)
        {
            await ErrorAsync(context, 403, "Forbidden", "SecretDisabled");
        }
        else
        {
            await context.Response.WriteAsJsonAsync(found.Describe(Address, name, withValue: true), Json);
        }
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string? inner)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new { error = new { code, message = "Caller: appid=aaaa;oid=bbbb made a request", innererror = inner is null ? null : new { code = inner } } });
    }

    private sealed class Version(int number, string value)
    {
        public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)))[..32];

        public bool Enabled { get; set; }

        public DateTimeOffset? NotBefore { get; init; }

        public DateTimeOffset? Expires { get; init; }

        public object Describe(Uri vault, string name, bool withValue) => new
        {
            id = $"{vault}secrets/{name}/{Id}",
            value = withValue ? value : null,
            attributes = new
            {
                enabled = Enabled,
                nbf = NotBefore?.ToUnixTimeSeconds(),
                exp = Expires?.ToUnixTimeSeconds(),
                created = 1_700_000_000 + number,
                updated = 1_700_000_000 + number,
            },
        };
    }
}
