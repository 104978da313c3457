using System.Security.Cryptography;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Inspecting.Files;

/// <summary>
/// Scans a file for secrets: as it is, and what it holds when it is an archive (zip, tar, gzip), with the archives in that; archives within those, and forms that cannot be looked into,
/// are a problem.
/// </summary>
/// <param name="scanner">Finds secrets.</param>
/// <param name="memory">What is known to be clean.</param>
/// <param name="limits">What it may take.</param>
public sealed class FileInspector(SecretScanner scanner, IScanMemory memory, FileLimits limits)
{
    private const string Domain = "file\0";

    /// <summary>Scans.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What it is called where a secret is in itself.</param>
    /// <param name="problem">Why it cannot be looked into; null when it was.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when there is a problem.</returns>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    public InspectionResult? Inspect(IPackBytes bytes, string name, out FileProblem? problem, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        problem = null;
        var digest = DigestOf(bytes, cancellationToken);
        if (memory.IsClean(digest))
        {
            return new InspectionResult(1, 1, 0, []);
        }

        var look = new FileLook(scanner, limits, bytes.Length, cancellationToken);
        try
        {
            look.Look(bytes, name);
        }
        catch (FileProblemException known)
        {
            problem = new FileProblem(known.Message, known.IsTooMuch);
        }
        catch (Exception bad) when (bad is InvalidDataException or EndOfStreamException)
        {
            problem = new FileProblem("what is compressed in it cannot be read", isTooMuch: false);
        }

        // What was found before the trouble is the better reason.
        if (problem is not null && look.Found.Count == 0)
        {
            return null;
        }

        problem = null;
        if (look.Found.Count == 0)
        {
            memory.AddClean(digest);
        }

        return new InspectionResult(look.Parts, 0, look.Bytes, [.. look.Found.Take(InspectionResult.MostFound)]);
    }

    private static byte[] DigestOf(IPackBytes bytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(Domain));
        var buffer = new byte[128 * 1024];
        for (long at = 0; bytes.Read(at, buffer) is > 0 and var read; at += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }
}
