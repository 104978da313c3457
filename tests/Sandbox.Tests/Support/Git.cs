using System.Diagnostics;

namespace CursorBroker.Sandbox.Tests.Support;

/// <summary>The machine's own git as a client, without the machine's configuration.</summary>
internal static class Git
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<GitResult> RunAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(static key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in new (string, string)[]
        {
            ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C"),
            ("GIT_AUTHOR_NAME", "Tess Tester"), ("GIT_AUTHOR_EMAIL", "tess@acme.example"),
            ("GIT_COMMITTER_NAME", "Tess Tester"), ("GIT_COMMITTER_EMAIL", "tess@acme.example"),
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return new GitResult(process.ExitCode, await output, await errors);
    }

    public static async Task<string> MustAsync(string directory, params string[] arguments)
    {
        var result = await RunAsync(directory, arguments);
        Assert.AreEqual(0, result.ExitCode, $"git {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output.Trim();
    }

    /// <summary>Writes a file and commits it.</summary>
    public static async Task CommitAsync(string clone, string path, string content)
    {
        var full = Path.Combine(clone, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        await File.WriteAllTextAsync(full, content);
        await MustAsync(clone, "add", "--all");
        await MustAsync(clone, "commit", "--quiet", "-m", "Change " + path);
    }
}

internal sealed record GitResult(int ExitCode, string Output, string Errors);
