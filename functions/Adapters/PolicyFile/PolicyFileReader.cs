using CursorBroker.Core.Policy;

namespace CursorBroker.Adapters.PolicyFile;

/// <summary>Reads the file through one handle at a time, so that a rename over it never mixes two versions.</summary>
internal static class PolicyFileReader
{
    /// <summary>The file's stamp now; null when it cannot be opened.</summary>
    public static FileStamp? StampOf(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return FileStamp.Of(handle);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            // Whoever reads next finds the same and says why.
            return null;
        }
    }

    /// <summary>The file's bytes with the stamp they belong to; null when it cannot be read or changed while it was.</summary>
    public static async ValueTask<(FileContent? Content, string? Problem)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            var before = FileStamp.Of(file.SafeFileHandle);

            // One byte beyond the limit is enough for the compiler to see that it is too large.
            var bytes = new byte[Math.Min(before.Length, PolicyCompiler.MaxBytes + 1)];
            var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return read == bytes.Length && FileStamp.Of(file.SafeFileHandle) == before
                ? (new(before, bytes), null)
                : (null, $"The policy file '{path}' is being written.");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return (null, Unreadable(path, e));
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException;

    private static string Unreadable(string path, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? $"The policy file '{path}' is not there."
        : $"The policy file '{path}' cannot be read: {e.Message}";
}
