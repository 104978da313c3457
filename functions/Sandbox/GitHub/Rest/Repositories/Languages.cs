namespace CursorBroker.Sandbox.GitHub.Rest.Repositories;

/// <summary>Languages by the ends of file names: those that count as code. Prose and data do not.</summary>
internal static class Languages
{
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
