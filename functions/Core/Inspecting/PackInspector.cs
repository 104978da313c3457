using System.Collections.Immutable;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Inspecting;

/// <summary>
/// Scans a pack's objects for secrets: files as they are, the texts of commits and tags, and the names in directories. Only what is not known to be clean is scanned.
/// </summary>
/// <param name="scanner">Finds secrets.</param>
/// <param name="memory">What is known to be clean.</param>
public sealed class PackInspector(SecretScanner scanner, IScanMemory memory)
{
    private const int MostOfOne = 3;

    private static readonly GitFailure Enough = GitFailure.NotAllowed("enough was found");

    /// <summary>Scans.</summary>
    /// <param name="pack">The pack, verified.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    public GitResult<InspectionResult> Inspect(PackContents pack, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pack);
        using var scan = new PackScan(scanner, memory, pack.Table);
        var failure = pack.Visit(scan.IsWanted, scan.NewVisitor, cancellationToken);
        if (failure is not null && failure != Enough)
        {
            return failure;
        }

        var found = scan.Found.Count == 0 ? [] : Name(pack, scan.Found, cancellationToken);
        return new InspectionResult(pack.Count, scan.Remembered, scan.Bytes, found);
    }

    /// <summary>Takes all of a pack's objects for clean, as somebody else has found them by the same rules.</summary>
    public InspectionResult Trust(PackContents pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        for (var index = 0; index < pack.Count; index++)
        {
            memory.AddClean(pack.Table.IdOf(index));
        }

        return new InspectionResult(pack.Count, pack.Count, 0, []);
    }

    private static ImmutableArray<FoundSecret> Name(PackContents pack, List<(int Index, MaskFinding Secret)> found, CancellationToken cancellationToken)
    {
        var paths = new PackPaths(pack);
        paths.Read(cancellationToken);
        return [.. found.Select(each => paths.Name(each.Index, each.Secret)).OrderBy(static each => each.Place, StringComparer.Ordinal).ThenBy(static each => each.Line).Take(InspectionResult.MostFound)];
    }

    /// <summary>What all threads together have done.</summary>
    private sealed class PackScan(SecretScanner scanner, IScanMemory memory, PackTable table) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<Visitor> _visitors = [];
        private long _bytes;

        public List<(int Index, MaskFinding Secret)> Found { get; } = [];

        public long Remembered { get; private set; }

        public long Bytes => Interlocked.Read(ref _bytes);

        public bool IsWanted(int index)
        {
            var isClean = memory.IsClean(table.IdOf(index));
            Remembered += isClean ? 1 : 0;
            return !isClean;
        }

        public IPackVisitor NewVisitor()
        {
            var visitor = new Visitor(this);
            lock (_lock)
            {
                _visitors.Add(visitor);
            }

            return visitor;
        }

        public void Dispose() => _visitors.ForEach(static visitor => visitor.Dispose());

        private GitFailure? Judge(int index, ContentScan content)
        {
            var secrets = content.Secrets.Take(MostOfOne).ToArray();
            if (secrets.Length == 0)
            {
                memory.AddClean(table.IdOf(index));
                return null;
            }

            lock (_lock)
            {
                Found.AddRange(secrets.Select(secret => (index, secret)));
                return Found.Count >= InspectionResult.MostFound ? Enough : null;
            }
        }

        private sealed class Visitor(PackScan all) : IPackVisitor, IDisposable
        {
            private ContentScan? _content;

            public GitFailure? Take(int index, GitObjectType type, ReadOnlySpan<byte> piece, bool isLast)
            {
                Interlocked.Add(ref all._bytes, piece.Length);
                _content ??= new ContentScan(all.Scanner);
                var isTooMuch = !_content.Push(piece, isLast);
                if (!isLast && !isTooMuch)
                {
                    return null;
                }

                var judged = all.Judge(index, _content);
                Dispose();
                return isTooMuch ? Enough : judged;
            }

            public void Dispose()
            {
                _content?.Dispose();
                _content = null;
            }
        }

        private SecretScanner Scanner => scanner;
    }
}
