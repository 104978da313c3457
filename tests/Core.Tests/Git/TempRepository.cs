using System.Diagnostics;
using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

/// <summary>A bare repository of real git's, for as long as a test runs: what git itself says is what ours is compared with.</summary>
internal sealed class TempRepository : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cursor-broker-core-");

    public TempRepository(ObjectFormat format = ObjectFormat.Sha1) =>
        Text("init", "--quiet", "--bare", "--initial-branch=main", $"--object-format={ObjectFormats.NameOf(format)}", ".");

    public string Text(params string[] arguments) => Encoding.UTF8.GetString(Run([], arguments));

    /// <summary>Runs git over bytes; what it prints.</summary>
    public byte[] Run(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _directory.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" },
        };
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var writing = Task.Run(() =>
        {
            using var stdin = git.StandardInput.BaseStream;
            stdin.Write(input);
        });
        using var output = new MemoryStream();
        git.StandardOutput.BaseStream.CopyTo(output);
        git.WaitForExit();
        Assert.AreEqual(0, git.ExitCode, $"git {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
        writing.GetAwaiter().GetResult();
        return output.ToArray();
    }

    public void Dispose()
    {
        foreach (var file in _directory.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Attributes = FileAttributes.Normal;
        }

        _directory.Delete(recursive: true);
    }
}
