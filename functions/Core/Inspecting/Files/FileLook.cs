using System.IO.Compression;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>One look into a file and what it holds. Not for concurrent use.</summary>
/// <param name="scanner">Finds secrets.</param>
/// <param name="limits">What it may take.</param>
/// <param name="length">The file's length.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class FileLook(SecretScanner scanner, FileLimits limits, long length, CancellationToken cancellationToken)
{
    private const int PieceLength = 64 * 1024;
    private const int MostOfOne = 3;

    // The file, an archive in it, a file in that.
    private const int Deepest = 2;

    private readonly long _most = Math.Min(limits.MaxUnpackedBytes, Math.Max(limits.RatioFloor, length > long.MaxValue / limits.MaxRatio ? long.MaxValue : length * limits.MaxRatio));
    private readonly byte[] _piece = new byte[PieceLength];
    private long _files;
    private long _unpacked;

    public List<FoundSecret> Found { get; } = [];

    public long Parts { get; private set; }

    public long Bytes { get; private set; }

    private bool IsEnough => Found.Count >= InspectionResult.MostFound;

    /// <summary>Looks into the whole.</summary>
    public void Look(IPackBytes bytes, string name)
    {
        var head = new byte[FileKind.HeadLength];
        var kind = FileKind.Of(head.AsSpan(0, bytes.Read(0, head)));
        if (kind.Form == FileForm.Zip || (kind.Form == FileForm.Plain && ZipDirectory.EndsLikeOne(bytes)))
        {
            Zip(bytes, name, 0);

            // Names, comments, and what is beside its files.
            ScanOwn(new ByteRange(bytes, 0, bytes.Length), name);
            return;
        }

        Open(new ByteRange(bytes, 0, bytes.Length), name, 0);
    }

    /// <summary>Looks into a file, which is read once.</summary>
    private void Open(Stream content, string name, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var head = new byte[FileKind.HeadLength];
        var read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var kind = FileKind.Of(head.AsSpan(0, read));
        var whole = new HeadedContent(head.AsMemory(0, read), content);
        if (kind.Form == FileForm.Closed)
        {
            throw new FileProblemException($"{name} is {kind.Name}, which cannot be looked into");
        }

        if (kind.Form != FileForm.Plain && depth == Deepest)
        {
            throw new FileProblemException($"{name} is {kind.Name} in an archive in an archive, which is not looked into");
        }

        switch (kind.Form)
        {
            case FileForm.Zip:
                var held = Hold(whole, name);
                Zip(held, name, depth);
                ScanOwn(new ByteRange(held, 0, held.Length), name);
                break;
            case FileForm.Tar:
                Tar(whole, name, depth);
                break;
            case FileForm.Gzip:
                Gzip(whole, name, depth);
                break;
            default:
                Parts++;
                Scan(whole, name);
                break;
        }
    }

    private void Zip(IPackBytes bytes, string name, int depth)
    {
        var directory = ZipDirectory.Open(bytes);
        Count(directory.Count);
        foreach (var (path, content, claimed) in directory.Files())
        {
            using (content)
            {
                var counted = new CountedContent(content, Spend);
                Open(counted, PlaceOf(name, path, depth), depth + 1);
                if (IsEnough)
                {
                    return;
                }

                if (counted.Total != claimed)
                {
                    throw new FileProblemException($"{PlaceOf(name, path, depth)} is not as long as its archive says");
                }
            }
        }
    }

    private void Tar(Stream archive, string name, int depth)
    {
        // What no reader takes for a file is looked at as well: the archive is scanned as it passes.
        using var own = new ContentScan(scanner);
        var watched = new WatchedContent(archive, piece => own.Push(piece, end: false));
        using var entries = new TarEntries(watched);
        while (!IsEnough && entries.Next(out var path, out var content))
        {
            Count(1);
            Open(content, PlaceOf(name, path, depth), depth + 1);
        }

        if (!IsEnough)
        {
            watched.CopyTo(Stream.Null);
            own.Push([], end: true);
            AddOwn(own, name);
        }
    }

    private void Gzip(Stream packed, string name, int depth)
    {
        using var own = new ContentScan(scanner);
        var watched = new WatchedContent(packed, piece => own.Push(piece, end: false));
        using (var content = new GZipStream(watched, CompressionMode.Decompress, leaveOpen: true))
        {
            var counted = new CountedContent(content, Spend);
            var head = new byte[FileKind.HeadLength];
            var read = counted.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var whole = new HeadedContent(head.AsMemory(0, read), counted);

            // A tar archive that is compressed is one archive, not one in another.
            if (TarEntries.IsHeader(head.AsSpan(0, read)))
            {
                Tar(whole, name, depth);
            }
            else
            {
                Open(whole, name, depth + 1);
            }
        }

        if (!IsEnough)
        {
            // A comment, a name, and what follows the end.
            watched.CopyTo(Stream.Null);
            own.Push([], end: true);
            AddOwn(own, name);
        }
    }

    private void Scan(Stream content, string name)
    {
        using var scan = new ContentScan(scanner);
        Push(content, scan);
        Found.AddRange(scan.Secrets.Take(MostOfOne).Select(secret => new FoundSecret(name, secret.Line, secret.RuleId, secret.Digest)));
    }

    /// <summary>Scans an archive as it is, for what none of its files has.</summary>
    private void ScanOwn(Stream archive, string name)
    {
        if (!IsEnough)
        {
            using var scan = new ContentScan(scanner);
            Push(archive, scan);
            AddOwn(scan, name);
        }
    }

    private void AddOwn(ContentScan scan, string name)
    {
        // What its files have stands in it as well; they have said so, with their names.
        var told = Found.Select(static found => found.Digest).ToHashSet();
        Found.AddRange(scan.Secrets.Where(secret => !told.Contains(secret.Digest)).Take(MostOfOne).Select(secret => new FoundSecret($"{name} (between its files)", secret.Line, secret.RuleId, secret.Digest)));
    }

    private void Push(Stream content, ContentScan scan)
    {
        while (content.Read(_piece) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bytes += read;
            if (!scan.Push(_piece.AsSpan(0, read), end: false))
            {
                return;
            }
        }

        scan.Push([], end: true);
    }

    private HeldBytes Hold(Stream content, string name)
    {
        using var held = new MemoryStream();
        while (content.Read(_piece) is > 0 and var read)
        {
            if (held.Length + read > limits.MaxNestedZipBytes)
            {
                throw new FileProblemException(
                    $"{name} is a zip archive in an archive of more than {limits.MaxNestedZipBytes} bytes (limit {nameof(FileLimits.MaxNestedZipBytes)})", isTooMuch: true);
            }

            held.Write(_piece, 0, read);
        }

        return new HeldBytes(held.ToArray());
    }

    private void Count(long files)
    {
        _files += files;
        if (_files > limits.MaxEntries)
        {
            throw new FileProblemException($"there are more than {limits.MaxEntries} files in it (limit {nameof(FileLimits.MaxEntries)})", isTooMuch: true);
        }
    }

    private void Spend(int bytes)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _unpacked += bytes;
        if (_unpacked > _most)
        {
            throw new FileProblemException(
                _most == limits.MaxUnpackedBytes
                    ? $"it unpacks to more than {_most} bytes (limit {nameof(FileLimits.MaxUnpackedBytes)})"
                    : $"it unpacks to more than {_most} bytes, too many for its size (limit {nameof(FileLimits.MaxRatio)})",
                isTooMuch: true);
        }
    }

    private static string PlaceOf(string archive, string path, int depth) => depth == 0 ? path : $"{archive}!{path}";
}
