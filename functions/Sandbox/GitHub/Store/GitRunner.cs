using System.Diagnostics;
using System.Text;
using CursorBroker.Sandbox.GitHub.Git;

namespace CursorBroker.Sandbox.GitHub.Store;

/// <summary>Runs git in a served repository, with the server's configuration and nothing of this machine's.</summary>
internal sealed class GitRunner(GitEnvironment environment, ChildProcesses children)
{
    public async Task<GitOutput> RunAsync(
        SandboxRepository repository,
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input = default,
        string? indexFile = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.quotePath=false", .. arguments])
        {
            WorkingDirectory = repository.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        environment.ApplyTo(start);
        start.Environment["GIT_DIR"] = repository.Path;
        if (indexFile is not null)
        {
            start.Environment["GIT_INDEX_FILE"] = indexFile;
        }

        using var child = children.Start(start);
        using var hangUp = cancellationToken.Register(child.Kill);
        var errors = child.Process.StandardError.ReadToEndAsync(cancellationToken);
        var feeding = FeedAsync(child, input);
        using var output = new MemoryStream();
        await child.Process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        await feeding.ConfigureAwait(false);
        await child.Process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new GitOutput(child.Process.ExitCode, output.ToArray(), await errors.ConfigureAwait(false));
    }

    /// <summary>The output of a command that succeeds unless the repository is broken.</summary>
    /// <exception cref="InvalidOperationException">git failed; the message holds what it said.</exception>
    public async Task<GitOutput> MustAsync(
        SandboxRepository repository,
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> input = default,
        string? indexFile = null,
        CancellationToken cancellationToken = default)
    {
        var output = await RunAsync(repository, arguments, input, indexFile, cancellationToken).ConfigureAwait(false);
        return output.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {arguments[0]} failed with {output.ExitCode}: {output.Errors}");
    }

    private static async Task FeedAsync(ChildProcess child, ReadOnlyMemory<byte> input)
    {
        try
        {
            await child.Process.StandardInput.BaseStream.WriteAsync(input).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // git closed its input before it had read all: its exit code says why.
            return;
        }
        finally
        {
            child.CloseInput();
        }
    }
}

/// <summary>What a git command said.</summary>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, string Errors)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The first word of the output: an object id, mostly.</summary>
    public string Word => Text.Trim();

    /// <summary>The parts between NUL bytes.</summary>
    public IReadOnlyList<string> Parts => Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
