using System.Collections.Frozen;
using GraphQLParser.AST;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>What fields read of commits, trees and files, and where what they lead to is read from. The rest of the schema reads nothing of them.</summary>
internal static class GraphReads
{
    // Names a commit and says how its checks went, no more; where only these are asked for it does not matter which branch it is on.
    private static readonly FrozenSet<string> CommitNames = new[]
    {
        "id", "oid", "abbreviatedOid", "url", "resourcePath", "commitUrl", "commitResourcePath", "statusCheckRollup", "status", "checkSuites",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> RefNames = new[] { "id", "name", "prefix", "associatedPullRequests" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ObjectNames = new[] { "id", "oid", "abbreviatedOid", "commitUrl", "commitResourcePath", "byteSize", "isBinary", "isTruncated" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What asking for a field reads, and the scope below it.</summary>
    public static (GraphRead? Read, GraphScope Below) Of(string type, GraphQLField field, GraphScope scope, GraphValues values)
    {
        var name = field.Name.StringValue;
        return (type, name) switch
        {
            ("Repository", "object") => Expression(values.Text(field, "expression"), values.Text(field, "oid")),
            ("Repository", "ref") => values.Text(field, "qualifiedName") is { } reference ? Named(new GraphFrom.Of(reference)) : Named(GraphFrom.Anywhere.Instance),
            ("Repository", "refs") => Named(GraphFrom.Anywhere.Instance),
            ("Repository", "defaultBranchRef") => (null, new(scope.IsRoot ? GraphFrom.DefaultBranch.Instance : GraphFrom.Anywhere.Instance)),
            ("Repository", "codeOfConduct" or "codeowners" or "contactLinks" or "contributingGuidelines" or "fundingLinks" or "issueTemplates" or "pullRequestTemplates" or "submodules") => (new GraphRead(GraphFrom.DefaultBranch.Instance, null), new(GraphFrom.DefaultBranch.Instance)),

            // A link to lines of a file is shown with those lines, whichever file and commit it leads to; so are suggestions.
            (_, "bodyHTML" or "messageBodyHTML") or ("Release", "descriptionHTML" or "shortDescriptionHTML") => (new GraphRead(GraphFrom.Anywhere.Instance, null), scope),
            ("Repository", "commitComments") => Named(GraphFrom.Anywhere.Instance),
            ("Repository", "pullRequest" or "issueOrPullRequest") => (null, new(values.Number(field, "number") is { } number ? new GraphFrom.PullRequest(number) : GraphFrom.Anywhere.Instance)),
            (_, "pullRequests" or "closedByPullRequestsReferences" or "associatedPullRequests") => (null, new(GraphFrom.Anywhere.Instance)),
            ("PullRequest", "files") => (scope.Anything, scope),
            ("PullRequestReviewComment", "diffHunk") => (scope.Anything, scope),
            ("LinkedBranch", "ref") => Named(GraphFrom.Anywhere.Instance),
            ("Release", "tag" or "tagCommit") => values.Text(field, "tagName") is { } tag ? Named(new GraphFrom.Of(tag)) : Named(GraphFrom.Anywhere.Instance),
            ("Ref", "compare") => (values.Text(field, "headRef") is { } head ? new GraphRead(new GraphFrom.Of(head), []) : scope.Anything, scope),
            ("Ref", _) when !RefNames.Contains(name) => (scope.Names, scope),
            ("Commit", "file" or "blame") => (scope.At(values.Text(field, "path")), scope with { Path = values.Text(field, "path") }),
            ("Commit", "tree" or "submodules") => (scope.Anything, scope with { Path = null }),
            ("Commit", _) when !CommitNames.Contains(name) => (scope.Names, scope),
            ("Tree", "entries") => (scope.Anything, scope with { Path = null }),
            ("Blob" or "TreeEntry" or "Blame" or "BlameRange", _) when !ObjectNames.Contains(name) => (scope.Content, scope),
            ("Tag", _) when !ObjectNames.Contains(name) => (scope.Names, scope),
            ("Comparison", _) => (scope.Names, scope),
            _ => (null, scope),
        };
    }

    private static (GraphRead?, GraphScope) Named(GraphFrom from) => (new GraphRead(from, []), new(from));

    /// <summary><c>REF</c>, <c>REF:PATH</c> (gitrevisions(7)), or an id.</summary>
    private static (GraphRead?, GraphScope) Expression(string? expression, string? oid)
    {
        if (expression is null || oid is not null)
        {
            // An id may be any object's, and given both, it is not ours to say which counts.
            return Named(expression is null && oid is not null ? new GraphFrom.Of(oid) : GraphFrom.Anywhere.Instance);
        }

        var colon = expression.IndexOf(':', StringComparison.Ordinal);
        var from = new GraphFrom.Of(colon < 0 ? expression : expression[..colon]);
        var path = colon < 0 ? null : expression[(colon + 1)..];
        var isPlain = path is { Length: > 0 } && path.Split('/').All(static part => part is not ("" or "." or ".."));
        return (new GraphRead(from, []), new(from, isPlain ? path : null));
    }
}
