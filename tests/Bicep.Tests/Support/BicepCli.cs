using System.Diagnostics;

namespace CursorBroker.Bicep.Tests.Support;

/// <summary>The real compiler, run as a person would run it, without a network.</summary>
internal static class BicepCli
{
    /// <summary>Made-up ids, so that a plan is the same everywhere.</summary>
    public static string[] Context { get; } =
    [
        "--subscription-id", "00000000-0000-0000-0000-0000000000ff",
        "--tenant-id", "00000000-0000-0000-0000-0000000000ee",
        "--location", "westeurope",
        "--deployment-name", "broker",
    ];

    public static async Task<BicepResult> RunAsync(params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Repository.BicepPath, arguments)
            {
                WorkingDirectory = Repository.Bicep,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
            },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new BicepResult(process.ExitCode, await output, await error);
    }
}

/// <summary>What the compiler said.</summary>
internal sealed record BicepResult(int ExitCode, string Output, string Error);
