using System.Diagnostics;
using CursorBroker.Harness;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>The command line, as a shell runs it, in a home of its own.</summary>
internal static class Cli
{
    public static async Task<CliResult> RunAsync(TempDirectory home, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BrokerProcess.Program, .. arguments])
        {
            WorkingDirectory = home.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XDG_DATA_HOME"] = home.Path, ["NO_COLOR"] = "1" },
        };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("CURSORBROKER_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new CliResult(process.ExitCode, await output, await error);
    }
}

/// <summary>What the command line did.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);
