namespace CursorBroker.Core.Operations;

/// <summary>
/// A call of GitHub's API: REST by its route, GraphQL by its field. What it does to refs and contents is beside it as <see cref="RefUpdate"/>s of the same
/// request; what it reads of the repository's contents is in <see cref="Reads"/>.
/// </summary>
/// <param name="Route">
/// Method and template (<c>GET /repos/{owner}/{repo}/issues</c>), or for GraphQL <c>query</c> or <c>mutation</c> and the field (<c>mutation createIssue</c>): what a policy's
/// <c>routes</c> globs are matched against.
/// </param>
public sealed record ApiCall(string Route) : OperationDetails
{
    /// <summary>What it reads of commits, trees and files; null when it reads none.</summary>
    public ContentRead? Reads { get; init; }

    /// <summary>
    /// Whether it is about the repository as a whole (its settings, what guards it, a file that no ref bounds), so that it could be used around what is held back of refs and paths: such a
    /// call is only for whom nothing of them is.
    /// </summary>
    public bool ReachesAll { get; init; }

    /// <summary>Secrets in what it sends, but for those in files that it writes, which stand in the <see cref="RefUpdate"/> beside it.</summary>
    public IReadOnlyCollection<AddedSecret> AddedSecrets { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "api.call";

    /// <summary><c>GET /repos/{owner}/{repo}/contents/{path} reading refs/heads/main: a.txt</c>.</summary>
    public override string ToString() => Reads is null ? Route : $"{Route} reading {Reads}";
}

/// <summary>Reading contents by the API.</summary>
/// <param name="From">The ref it is read from; null when that is not known, as for a read by id: such a read is only for who may see every ref.</param>
/// <param name="Paths">
/// The paths that are read; empty when only names or commits are. Null when not known, which could be any: such a read is only for whom no path is denied.
/// </param>
public sealed record ContentRead(RefName? From, IReadOnlyCollection<string>? Paths)
{
    private const int Shown = 20;

    /// <summary>
    /// Whether it is shown by the way, by what is about something else: a workflow run names its branch, an alert a path. Where no rule gives contents at all, the permission for
    /// that other thing is enough.
    /// </summary>
    public bool IsAside { get; init; }

    /// <summary><c>refs/heads/main: a.txt</c>, with at most twenty paths.</summary>
    public override string ToString()
    {
        var from = From?.Value ?? "any ref";
        return Paths switch
        {
            null => $"{from}: any path",
            { Count: 0 } => from,
            _ => $"{from}: {string.Join(", ", Paths.Take(Shown))}{(Paths.Count > Shown ? $" and {Paths.Count - Shown} more" : "")}",
        };
    }
}
