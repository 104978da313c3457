using System.Diagnostics;

namespace CursorBroker.Local.Demo;

/// <summary>Real git, run as a person with no settings of their own: what it does here it does on a fresh machine.</summary>
internal sealed class GitClient(string home)
{
    /// <summary>Runs git to its end. The token goes in by environment, never on a command line that others can list.</summary>
    /// <param name="directory">Where to run.</param>
    /// <param name="token">Sent as a Bearer header; null for none.</param>
    /// <param name="cancellationToken">Kills git.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<GitResult> RunAsync(string directory, string? token, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Dictionary<string, string> settings = new()
        {
            ["user.name"] = "Demo Developer",
            ["user.email"] = "developer@example.com",
            ["init.defaultBranch"] = "main",
            ["advice.detachedHead"] = "false",
            ["gc.auto"] = "0",
            ["protocol.version"] = "2",
        };
        if (token is not null)
        {
            settings["http.extraHeader"] = $"Authorization: Bearer {token}";
        }

        var environment = start.Environment;
        foreach (var name in environment.Keys.Where(static name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToArray())
        {
            environment.Remove(name);
        }

        environment["HOME"] = home;
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["LC_ALL"] = "C";
        environment["GIT_CONFIG_COUNT"] = settings.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (index, (name, value)) in settings.Index())
        {
            environment[$"GIT_CONFIG_KEY_{index}"] = name;
            environment[$"GIT_CONFIG_VALUE_{index}"] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("git could not be started.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new GitResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <summary>What git did.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, where git says most of what it says.</param>
internal sealed record GitResult(int ExitCode, string Output, string Error)
{
    /// <summary>True when git was content.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>Everything it said.</summary>
    public string Everything => Output + Error;

    /// <summary>The line of what it said that holds a text; the last line when none does.</summary>
    public string LineWith(string text)
    {
        var lines = Everything.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "(nothing)";
    }
}
