using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Git.Changes;

/// <summary>What blobs of the repository hold: remembered, or fetched in one batch and looked through.</summary>
internal sealed class BlobVerdicts(InspectedObjects objects, WriteScanner scanner)
{
    /// <summary>What each holds, in any order.</summary>
    public async ValueTask<GitResult<IReadOnlyList<ContentVerdict>>> OfAsync(IReadOnlySet<GitOid> blobs, CancellationToken cancellationToken)
    {
        var verdicts = new List<ContentVerdict>();
        var unknown = new List<GitOid>();
        foreach (var blob in blobs)
        {
            if (scanner.Verdicts.TryGet(blob, out var known))
            {
                verdicts.Add(known);
            }
            else
            {
                unknown.Add(blob);
            }
        }

        if (await objects.EnsureAsync(unknown, cancellationToken) is { } missing)
        {
            return missing;
        }

        foreach (var blob in unknown)
        {
            using var scan = scanner.Begin();
            if (objects.Stream(blob, scan.Push, cancellationToken) is { } failure)
            {
                return failure;
            }

            scanner.Verdicts.Add(blob, scan.Verdict);
            verdicts.Add(scan.Verdict);
        }

        return verdicts;
    }
}
