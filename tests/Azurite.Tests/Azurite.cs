using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CursorBroker.Azurite.Tests;

/// <summary>Azurite's blob service, from npm, for all tests of this project: on the loopback address, on a free port, in memory.</summary>
[TestClass]
public static partial class Azurite
{
    private const string Version = "3.37.0";

    /// <summary>The emulator's account and key, which are public: https://learn.microsoft.com/azure/storage/common/storage-use-azurite.</summary>
    private const string Account =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static Process? _process;

    public static string ConnectionString { get; private set; } = "";

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        var directory = Path.Combine(AppContext.BaseDirectory, $"azurite-{Version}");
        var main = Path.Combine(directory, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (!File.Exists(main))
        {
            await InstallAsync(directory);
        }

        _process = Start(
            "node", main, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent");
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Stop();
        var said = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(context.CancellationToken) is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                ConnectionString = $"DefaultEndpointsProtocol=http;{Account};BlobEndpoint={match.Groups["url"].Value}/devstoreaccount1";
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"Azurite did not start: {string.Join(" / ", said)} {await _process.StandardError.ReadToEndAsync(context.CancellationToken)}");
    }

    [AssemblyCleanup]
    public static void Stop()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
        }
    }

    private static async Task InstallAsync(string directory)
    {
        _ = Directory.CreateDirectory(directory);
        using var npm = Start("npm", "install", "--prefix", directory, "--no-fund", "--no-audit", "--no-save", "--loglevel", "error", $"azurite@{Version}");
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm could not install azurite@{Version} (exit code {npm.ExitCode}): {errors}{await output}");
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                $"These tests run Azurite, which needs Node.js 18 or newer with npm; `{program}` cannot be started ({missing.Message}). Install Node.js, or run the other tests with CursorBroker.Local.slnf.",
                missing);
        }
    }

    [GeneratedRegex(@"listens on (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
