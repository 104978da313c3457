using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>What a part of a request reads of commits and files, with names and numbers looked up to the refs they lead to.</summary>
internal static class GraphContents
{
    /// <summary>What it reads. Who may see everything is asked nothing.</summary>
    public static async ValueTask<Outcome<ContentReads>> ReadsAsync(GraphRoot root, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (root.Reads.IsEmpty)
        {
            return ContentReads.None;
        }

        if (lookup.Preview.SeesEverything)
        {
            // Were the policy another one by the time it is decided, "anything" would be denied.
            return new ContentReads([new ContentRead(null, null)]);
        }

        var reads = ImmutableArray.CreateBuilder<ContentRead>();
        foreach (var read in root.Reads)
        {
            if (!(await RefsAsync(read.From, lookup, cancellationToken)).Succeeded(out var refs, out var refusal))
            {
                return refusal;
            }

            // What is not there now may be there when it is asked for: then it may be of any ref.
            reads.AddRange((refs.Refs.IsEmpty ? [null] : refs.Refs).Select(from => new ContentRead(from, read.Paths is { } paths ? paths : null)));
        }

        return new ContentReads(reads.ToImmutable());
    }

    private static ValueTask<Outcome<RefsOfName>> RefsAsync(GraphFrom from, RepositoryLookup lookup, CancellationToken cancellationToken) => from switch
    {
        GraphFrom.DefaultBranch => RefLookup.ResolveAsync(lookup, null, cancellationToken),
        GraphFrom.Of { Name.Length: > 0 } name => RefLookup.ResolveAsync(lookup, name.Name, cancellationToken),
        GraphFrom.PullRequest pull => PullLookup.RefsAsync(lookup, pull.Number, cancellationToken),
        _ => ValueTask.FromResult<Outcome<RefsOfName>>(new RefsOfName([null], null)),
    };
}

/// <summary>What is read.</summary>
internal sealed record ContentReads(ImmutableArray<ContentRead> Reads)
{
    public static ContentReads None { get; } = new([]);
}
