using System.Diagnostics;
using System.Text;
using CursorBroker.Harness;

namespace CursorBroker.Benchmarks.Inspection;

/// <summary>A pack such as a large push has: two thirds a history of texts that change a little each time, one third blocks that do not compress.</summary>
internal static class MadePack
{
    private const int Files = 600;
    private const int Directories = 30;
    private const int FilesAtOnce = 5;

    /// <summary>Makes the pack; its path and the commit that reaches all of it.</summary>
    public static async Task<(string Pack, string Tip)> CreateAsync(string directory, long bytes, CancellationToken cancellationToken)
    {
        var repository = Path.Combine(directory, "made.git");
        await MadeRepository.RunAsync(directory, cancellationToken, "init", "--quiet", "--bare", "--initial-branch=main", repository);
        using (var import = Process.Start(new ProcessStartInfo("git", ["fast-import", "--quiet", "--done", "--depth=50"]) { WorkingDirectory = repository, RedirectStandardInput = true })!)
        {
            await using (var input = import.StandardInput.BaseStream)
            {
                await WriteAsync(input, bytes);
            }

            await import.WaitForExitAsync(cancellationToken);
        }

        var tip = (await OutputAsync(repository, [], "rev-parse", "refs/heads/main")).Trim();
        var name = (await OutputAsync(repository, Encoding.ASCII.GetBytes(tip + "\n"), "pack-objects", "--revs", "--quiet", "--no-reuse-delta", "--delta-base-offset", Path.Combine(directory, "made"))).Trim();
        return (Path.Combine(directory, $"made-{name}.pack"), tip);
    }

    private static async Task WriteAsync(Stream output, long bytes)
    {
        // The same every time.
        var random = new Random(20_260_101);
        var words = Enumerable.Range(0, 20_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)('a' + random.Next(26))))).ToArray();
        string Line() => string.Join(' ', Enumerable.Range(0, random.Next(3, 12)).Select(_ => words[random.Next(words.Length)]));
        var files = Enumerable.Range(0, Files).Select(_ => Enumerable.Range(0, random.Next(100, 600)).Select(_ => Line()).ToList()).ToArray();
        var block = new byte[64 * 1024];

        // A changed file takes some 900 bytes of the pack, its directories included.
        var commits = Math.Max(20, bytes * 2 / 3 / (900 * FilesAtOnce));
        var blocks = bytes / 3 / block.Length;
        for (var i = 0L; i < commits; i++)
        {
            await TextAsync(output, $"commit refs/heads/main\ncommitter Maker <maker@example.com> {1_700_000_000 + i} +0000\ndata 7\nchange\n\n");
            for (var n = 0; n < (i == 0 ? Files : FilesAtOnce); n++)
            {
                var number = i == 0 ? n : random.Next(Files);
                var at = random.Next(files[number].Count - 12);
                for (var line = 0; line < 12; line++)
                {
                    files[number][at + line] = Line();
                }

                var content = string.Join('\n', files[number]);
                await TextAsync(output, $"M 100644 inline src/part{number % Directories}/file{number}.txt\ndata {content.Length}\n{content}\n");
            }

            if (i * blocks / commits != (i + 1) * blocks / commits)
            {
                for (var n = i * blocks / commits; n < (i + 1) * blocks / commits; n++)
                {
                    random.NextBytes(block);
                    await TextAsync(output, $"M 100644 inline assets/{n % 50}/{n}.bin\ndata {block.Length}\n");
                    await output.WriteAsync(block);
                    await TextAsync(output, "\n");
                }
            }
        }

        await TextAsync(output, "done\n");
    }

    private static async Task<string> OutputAsync(string directory, byte[] input, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await git.StandardInput.BaseStream.WriteAsync(input);
        git.StandardInput.Close();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed with {git.ExitCode}.");
    }

    private static async Task TextAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
