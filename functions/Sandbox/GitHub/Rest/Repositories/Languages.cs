using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Rest.Repositories;

/// <summary>Languages by the ends of file names: those that count as code. Prose and data do not.</summary>
internal static class Languages
{
    /// <summary>How many bytes of the default branch are written in each, most first.</summary>
    public static async Task<IReadOnlyList<(string Language, long Size)>> SizesAsync(GitReader git, SandboxRepository repository, CancellationToken cancellationToken)
    {
        var main = await git.CommitAsync(repository, RepositoryJson.DefaultBranch(repository), cancellationToken).ConfigureAwait(false);
        var entries = main is null ? [] : await git.TreeAsync(repository, main, recursive: true, cancellationToken).ConfigureAwait(false);
        return [.. entries
            .Select(static entry => (Language: Of(entry.Name), entry.Size))
            .Where(static file => file is { Language: not null, Size: > 0 })
            .GroupBy(static file => file.Language!, static file => file.Size!.Value)
            .Select(static group => (group.Key, Size: group.Sum()))
            .OrderByDescending(static one => one.Size)];
    }

    public static string? Of(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".cs" => "C#",
        ".css" => "CSS",
        ".go" => "Go",
        ".html" => "HTML",
        ".js" => "JavaScript",
        ".py" => "Python",
        ".rb" => "Ruby",
        ".rs" => "Rust",
        ".sh" => "Shell",
        ".sql" => "PLpgSQL",
        ".ts" or ".tsx" => "TypeScript",
        _ => file == "Dockerfile" ? "Dockerfile" : null,
    };
}
