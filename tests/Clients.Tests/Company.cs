using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Clients.Tests;

/// <summary>A company's identity provider: <c>oidc-provider</c> from npm, as a process that can be stopped and started with other keys and another clock.</summary>
internal sealed class Company(string directory) : IAsyncDisposable
{
    private const string Package = "oidc-provider@9.13.3";

    private readonly int _port = FreePort();
    private Process? _process;
    private string? _keyId;

    public Uri Issuer => new($"http://127.0.0.1:{_port}");

    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "company.mjs"), Path.Combine(directory, "company.mjs"));
        var installed = await ClientWorld.RunAsync(directory, [], ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", directory, Package], cancellationToken);
        Assert.AreEqual(0, installed.ExitCode, installed.All);
        SetGroups("payments-dev");
    }

    /// <summary>What everybody's groups are from now on.</summary>
    public void SetGroups(params string[] groups) => File.WriteAllText(Path.Combine(directory, "groups.json"), JsonSerializer.Serialize(groups));

    /// <summary>Starts it with the key of this id, and remembers nobody from before.</summary>
    public async Task StartAsync(Uri broker, string keyId, TimeSpan skew, CancellationToken cancellationToken)
    {
        await StopAsync();
        if (_keyId != keyId)
        {
            await NewKeyAsync(_keyId = keyId, cancellationToken);
        }

        var start = Start(broker, skew);
        _process = Process.Start(start) ?? throw new InvalidOperationException("node could not be started.");
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == "listening")
            {
                // What it says from here on is little, and fits into the pipe.
                return;
            }
        }

        throw new InvalidOperationException("The provider did not start.");
    }

    private ProcessStartInfo Start(Uri broker, TimeSpan skew) => new("node", ["company.mjs", _port.ToString(CultureInfo.InvariantCulture), new Uri(broker, "/login/callback").AbsoluteUri, "keys.json", "groups.json"])
    {
        WorkingDirectory = directory,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["CLOCK_SKEW_SECONDS"] = ((int)skew.TotalSeconds).ToString(CultureInfo.InvariantCulture) },
    };

    private Task NewKeyAsync(string keyId, CancellationToken cancellationToken)
    {
        using var key = RSA.Create(2048);
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.ExportParameters(includePrivateParameters: true)) { KeyId = keyId });
        return File.WriteAllTextAsync(
            Path.Combine(directory, "keys.json"),
            JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", kid = keyId, use = "sig", alg = "RS256", n = jwk.N, e = jwk.E, d = jwk.D, p = jwk.P, q = jwk.Q, dp = jwk.DP, dq = jwk.DQ, qi = jwk.QI } } }),
            cancellationToken);
    }

    public async Task StopAsync()
    {
        if (_process is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
