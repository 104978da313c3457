using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Benchmarks.Api;

/// <summary>
/// A forwarder in a process of its own, as the broker is: bare, or with the one thing that none can do without who asks for a token, which is to check its signature.
/// The distance of the second to the first is not the broker's to save.
/// </summary>
internal sealed class BareForwarder : IAsyncDisposable
{
    /// <summary>What this program is called with to be one.</summary>
    public const string Verb = "forward";

    private readonly Process _process;

    private BareForwarder(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <param name="to">Where to.</param>
    /// <param name="issuer">Whose tokens are asked for; null for none.</param>
    public static async Task<BareForwarder> StartAsync(Uri to, Uri? issuer)
    {
        string[] issuers = issuer is null ? [] : [issuer.OriginalString];
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(BareForwarder).Assembly.Location, Verb, to.AbsoluteUri, .. issuers])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The forwarder did not start.");
        return new BareForwarder(process, new Uri(line));
    }

    /// <summary>Forwards until its standard input ends.</summary>
    public static async Task<int> RunAsync(string to, string? issuer)
    {
        await using var application = Forwarding.Build();
        using var client = Forwarding.Client();
        var forwarder = application.Services.GetRequiredService<IHttpForwarder>();
        var check = issuer is null ? null : await CheckAsync(issuer);
        application.MapFallback(async context =>
        {
            if (check is not null && !await check(context))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await forwarder.SendAsync(context, to, client);
        });
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Func<HttpContext, Task<bool>>> CheckAsync(string issuer)
    {
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{issuer.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever { RequireHttps = false });
        var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
        var handler = new JsonWebTokenHandler();
        var rules = new TokenValidationParameters { ValidIssuer = configuration.Issuer, IssuerSigningKeys = configuration.SigningKeys, ValidateAudience = false };
        return async context =>
            context.Request.Headers.Authorization.ToString() is { Length: > 7 } header && (await handler.ValidateTokenAsync(header["Bearer ".Length..], rules)).IsValid;
    }
}
