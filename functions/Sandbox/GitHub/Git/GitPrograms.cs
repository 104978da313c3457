using System.Diagnostics;

namespace CursorBroker.Sandbox.GitHub.Git;

/// <summary>Where the machine's git keeps its programs.</summary>
internal static class GitPrograms
{
    /// <summary>The full path of <c>git-http-backend</c>.</summary>
    /// <exception cref="FileNotFoundException">git is installed without it.</exception>
    public static async Task<string> HttpBackendAsync(GitEnvironment environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git", "--exec-path") { RedirectStandardOutput = true, UseShellExecute = false };
        environment.ApplyTo(start);
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var directory = (await git.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
        await git.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        var program = Path.Combine(directory, OperatingSystem.IsWindows() ? "git-http-backend.exe" : "git-http-backend");
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException("The sandbox serves git with git-http-backend, which this git lacks.", program);
    }
}
