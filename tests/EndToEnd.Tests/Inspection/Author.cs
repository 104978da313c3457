using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Local.Demo;

namespace CursorBroker.EndToEnd.Tests.Inspection;

/// <summary>Somebody who commits at GitHub directly, past the broker.</summary>
internal sealed class Author(Scene scene, CancellationToken cancellationToken)
{
    /// <summary>What every scanner knows for a secret. In two parts, so that this file is none.</summary>
    public const string Secret = "ghp_" + "OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";

    /// <summary>The rule that knows it.</summary>
    public const string Rule = "github-personal-access-token";

    private string Directory => Path.Combine(scene.Directory, "author");

    public static async Task<Author> AtAsync(Scene scene, CancellationToken cancellationToken)
    {
        var author = new Author(scene, cancellationToken);
        Succeeded(await scene.GitAsync(null, "clone", "--quiet", scene.Repository.Path, "author"));
        return author;
    }

    public async Task<string> GitAsync(params string[] arguments) =>
        Succeeded(await scene.World.Git.RunAsync(Directory, null, cancellationToken, arguments)).Output.Trim();

    /// <summary>Commits a file on main, or its removal, and pushes. The commit's id.</summary>
    public async Task<string> CommitAsync(string file, string? content, string message = "A change")
    {
        var path = Path.Combine(Directory, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            await File.WriteAllTextAsync(path, content, cancellationToken);
        }

        await GitAsync("add", "--all", "--force", ".");
        await GitAsync("commit", "--quiet", "--message", message);
        await GitAsync("push", "--quiet", "origin", "HEAD:main");
        return await GitAsync("rev-parse", "HEAD");
    }

    private static GitResult Succeeded(GitResult result)
    {
        Assert.IsTrue(result.Succeeded, result.Everything);
        return result;
    }
}
