using System.Diagnostics;
using CursorBroker.Sandbox.GitHub;
using CursorBroker.Sandbox.GitHub.Git;

namespace CursorBroker.Sandbox.Repositories;

/// <summary>The repositories the GitHub stand-in serves: seeded ones with a believable history, or those of a directory.</summary>
public static class SandboxRepositories
{
    /// <summary>The account that owns the seeded repositories.</summary>
    public const string Owner = "acme";

    /// <summary>Seeded: source, documents, <c>deploy/prod/</c>, a workflow; branches main, release/1.4 and cursor/example; two tags.</summary>
    public const string PaymentsApi = "payments-api";

    /// <summary>Seeded: the web front of the same.</summary>
    public const string PaymentsWeb = "payments-web";

    /// <summary>Seeded: a repository that no rule of the sandbox's policy covers.</summary>
    public const string InternalTools = "internal-tools";

    private static readonly string[] Seeded = [PaymentsApi, PaymentsWeb, InternalTools];

    /// <summary>
    /// Makes the seeded repositories under <paramref name="directory"/> as <c>acme/NAME.git</c>; those that are there already stay as
    /// they are. Their commits have the same ids everywhere.
    /// </summary>
    /// <exception cref="InvalidOperationException">git failed; the message holds what it said.</exception>
    public static async Task<IReadOnlyList<SandboxRepository>> SeedAsync(string directory, CancellationToken cancellationToken)
    {
        var environment = GitEnvironment.Plain(Path.Combine(Path.GetFullPath(directory), ".git-home"));
        foreach (var name in Seeded)
        {
            var path = Path.Combine(Path.GetFullPath(directory), Owner, name + ".git");
            if (!Directory.Exists(path))
            {
                await CreateAsync(path, name, environment, cancellationToken).ConfigureAwait(false);
            }
        }

        return Discover(directory);
    }

    /// <summary>Every bare repository that is there as <c>DIRECTORY/OWNER/NAME.git</c>, in name order. Ids come from the names.</summary>
    /// <exception cref="ArgumentException">Two names differ only in case, which GitHub cannot tell apart.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static IReadOnlyList<SandboxRepository> Discover(string directory)
    {
        var found = Directory.EnumerateDirectories(Path.GetFullPath(directory))
            .SelectMany(static owner => Directory.EnumerateDirectories(owner, "*.git")
                .Where(IsBare)
                .Select(path => SandboxRepository.At(Path.GetFileName(owner), Path.GetFileNameWithoutExtension(path), path)))
            .OrderBy(static repository => repository.FullName, StringComparer.Ordinal)
            .ToList();
        var clash = found.GroupBy(static repository => repository.FullName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Count() > 1);
        return clash is null
            ? found
            : throw new ArgumentException($"Repositories that differ only in case: {string.Join(", ", clash.Select(static one => one.FullName))}.", nameof(directory));
    }

    private static bool IsBare(string path) =>
        File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects")) && Directory.Exists(Path.Combine(path, "refs"));

    // Built beside its place and moved there when whole, so that a start that was cut short is made up for by the next.
    private static async Task CreateAsync(string path, string history, GitEnvironment environment, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".draft";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        await GitAsync(["init", "--quiet", "--bare", "--initial-branch=main", "--template=", draft], [], environment, cancellationToken).ConfigureAwait(false);
        await GitAsync(["-C", draft, "fast-import", "--quiet", "--done"], HistoryScript.Stream(history), environment, cancellationToken).ConfigureAwait(false);
        Directory.Move(draft, path);
    }

    private static async Task GitAsync(string[] arguments, byte[] input, GitEnvironment environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        environment.ApplyTo(start);
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var complaints = git.StandardError.ReadToEndAsync(cancellationToken);
        var output = git.StandardOutput.ReadToEndAsync(cancellationToken);
        await git.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
        git.StandardInput.Close();
        await git.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"git {arguments[0]} failed: {await complaints.ConfigureAwait(false)}");
        }
    }
}
