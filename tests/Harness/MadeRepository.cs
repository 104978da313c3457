using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Harness;

/// <summary>Bare repositories of a wished size, made with git fast-import.</summary>
internal static class MadeRepository
{
    private const int BlobBytes = 64 * 1024;

    /// <summary>A bare repository whose history holds about so many bytes that do not compress.</summary>
    public static async Task CreateAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        await RunAsync(Path.GetTempPath(), cancellationToken, "init", "--quiet", "--bare", "--initial-branch=main", path);
        var start = new ProcessStartInfo("git", ["fast-import", "--quiet", "--done"]) { WorkingDirectory = path, RedirectStandardInput = true };
        using var import = Process.Start(start)!;
        await using (var input = import.StandardInput.BaseStream)
        {
            var blobs = Math.Max(1, bytes / BlobBytes);
            for (var i = 0L; i < blobs; i++)
            {
                var message = $"Add block {i}";
                await TextAsync(input, $"commit refs/heads/main\ncommitter Maker <maker@example.com> {1_700_000_000 + i} +0000\ndata {message.Length}\n{message}\n");
                await TextAsync(input, string.Create(CultureInfo.InvariantCulture, $"M 100644 inline blocks/{i % 64:D2}/{i:D6}.bin\ndata {BlobBytes}\n"));
                await input.WriteAsync(RandomNumberGenerator.GetBytes(BlobBytes), cancellationToken);
                await TextAsync(input, "\n");
            }

            await TextAsync(input, "done\n");
        }

        await import.WaitForExitAsync(cancellationToken);
        if (import.ExitCode != 0)
        {
            throw new InvalidOperationException($"git fast-import failed with {import.ExitCode}.");
        }
    }

    /// <summary>Runs git and throws when it fails.</summary>
    public static async Task RunAsync(string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = directory })!;
        await git.WaitForExitAsync(cancellationToken);
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed with {git.ExitCode}.");
        }
    }

    private static async Task TextAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
