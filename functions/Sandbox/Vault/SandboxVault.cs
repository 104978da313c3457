using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CursorBroker.Sandbox.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Sandbox.Vault;

/// <summary>A Key Vault with several vaults, and what steers it.</summary>
public sealed class SandboxVault : IAsyncDisposable
{
    /// <summary>A vault that the sandbox's developers may use.</summary>
    public const string Development = "kv-payments-dev";

    /// <summary>A vault of production.</summary>
    public const string Production = "kv-payments-prod";

    private const string Challenge = "Bearer authorization=\"https://login.sandbox.invalid/6c1f1a4e-0000-4000-8000-000000000001\", resource=\"https://vault.azure.net\"";

    private readonly ConcurrentDictionary<string, VaultStore> _vaults = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time;
    private WebApplication? _app;

    private SandboxVault(TimeProvider time)
    {
        _time = time;
        Certificate = CreateCertificate(time.GetUtcNow());
        Token = RandomNumberGenerator.GetHexString(48, lowercase: true);
    }

    /// <summary>Where it is: https, with a slash at the end. A vault's address is its name below it.</summary>
    public Uri Address { get; private set; } = new("https://127.0.0.1/");

    /// <summary>The certificate that it shows, and the only one that whoever talks to it should trust.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The one token that it takes: the broker's identity.</summary>
    public string Token { get; }

    /// <summary>The vaults.</summary>
    public IReadOnlyCollection<string> Vaults => [.. _vaults.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Answers 429 with this many seconds in <c>Retry-After</c>, as long as it is set.</summary>
    public int? ThrottledFor { get; set; }

    /// <summary>Answers 503, as long as it is set.</summary>
    public bool IsDown { get; set; }

    /// <summary>Answers 403 as to an identity without a role, as long as it is set.</summary>
    public bool IsForbidden { get; set; }

    /// <summary>Method and path of what it was asked, oldest first.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What ids of a vault's secrets begin with.</summary>
    public static Uri IdsOf(string vault) => new($"https://{vault}.vault.sandbox.invalid/");

    /// <summary>A vault's address, without a slash at the end: the SDK would double it.</summary>
    public Uri AddressOf(string vault) => new(Address, vault);

    /// <summary>Puts a new version into a vault, made if it is not there; the result is the version's id.</summary>
    public string Put(string vault, string secret, string value, bool enabled = true, DateTimeOffset? expires = null) =>
        _vaults.GetOrAdd(vault, name => new VaultStore(name, _time)).Add(secret, value, version => version with { Enabled = enabled, Expires = expires?.ToUnixTimeSeconds() }).Id;

    /// <summary>The current value; null when there is none.</summary>
    public string? Value(string vault, string secret) => Find(vault)?.Find(secret) is { Deleted: null } found ? found.Versions[^1].Value : null;

    /// <summary>Starts it; it listens when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxVault> StartAsync(int port, TimeProvider time, Action<ILoggingBuilder>? logging, CancellationToken cancellationToken)
    {
        var vault = new SandboxVault(time);
        vault.Seed();
        var builder = EmbeddedHost.CreateBuilder(port, time, logging, vault.Certificate);
        var app = builder.Build();
        vault._app = app;
        app.Use(vault.GuardAsync);
        app.UseRouting();
        new VaultRoutes(vault).Map(app);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        vault.Address = new Uri($"https://127.0.0.1:{EmbeddedHost.AddressOf(app).Port.ToString(CultureInfo.InvariantCulture)}/");
        return vault;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync().ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }

        Certificate.Dispose();
    }

    internal VaultStore? Find(string name) => _vaults.GetValueOrDefault(name);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            await VaultAnswers.Error(StatusCodes.Status401Unauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.").ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (ThrottledFor is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await VaultAnswers.Error(StatusCodes.Status429TooManyRequests, "Throttled", "Request was not processed because too many requests were received.").ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (IsDown)
        {
            await VaultAnswers.Error(StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", "The service is unavailable.").ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (IsForbidden)
        {
            await VaultAnswers.Error(
                StatusCodes.Status403Forbidden, "Forbidden", "Caller is not authorized to perform action on resource. Caller: appid=11111111-0000-4000-8000-000000000009;oid=22222222", "ForbiddenByRbac").ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            await VaultAnswers.Error(StatusCodes.Status400BadRequest, "BadParameter", "api-version must be specified").ExecuteAsync(context).ConfigureAwait(false);
        }
        else
        {
            await next(context).ConfigureAwait(false);
        }
    }

    /// <summary>What there is to begin with. None of these opens anything.</summary>
    private void Seed()
    {
        Put(Development, "db-password", "Kestrel-7-umbra-Opal-19-mist");
        Put(Development, "db-replica-password", "Kestrel-7-umbra-Opal-19-mist");
        Put(Development, "db-reporting", "quiet-Harbor-44-lintel-Fox");
        Put(Development, "feature-new-checkout", "enabled-for-the-pilot-group-2");
        Put(Development, "signing-root", "Granite-88-solstice-Reed-mast");
        Put(Production, "db-password", "Obsidian-3-larch-Quartz-72-tide");
    }

    private static X509Certificate2 CreateCertificate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CursorBroker sandbox vault", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
