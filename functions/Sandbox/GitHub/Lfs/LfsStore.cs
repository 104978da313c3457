using System.Globalization;
using System.Security.Cryptography;

namespace CursorBroker.Sandbox.GitHub.Lfs;

/// <summary>The objects, a directory a repository. What was sent counts as there once it was verified.</summary>
internal sealed class LfsStore(string directory)
{
    private const string Sent = ".sent";

    /// <summary>The object's file; null when it is not there, or is of another size.</summary>
    public string? Find(SandboxRepository repository, string oid, long size) =>
        new FileInfo(PathOf(repository, oid)) is { Exists: true } file && file.Length == size ? file.FullName : null;

    /// <summary>Takes an object's content; false when it is not what its name says.</summary>
    public async Task<bool> TakeAsync(SandboxRepository repository, string oid, long size, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(repository, oid) + Sent;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var half = $"{path}.{RandomNumberGenerator.GetHexString(16)}";
        try
        {
            var file = new FileStream(half, FileMode.CreateNew, FileAccess.ReadWrite);
            await using (file.ConfigureAwait(false))
            {
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                file.Position = 0;
                if (file.Length != size || Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)) != oid)
                {
                    return false;
                }
            }

            File.Move(half, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>Counts what was sent as there; false when nothing was.</summary>
    public bool Verify(SandboxRepository repository, string oid, long size)
    {
        var path = PathOf(repository, oid);
        if (Find(repository, oid, size) is not null)
        {
            return true;
        }

        if (new FileInfo(path + Sent) is not { Exists: true } sent || sent.Length != size)
        {
            return false;
        }

        sent.MoveTo(path, overwrite: true);
        return true;
    }

    private string PathOf(SandboxRepository repository, string oid) => Path.Combine(directory, repository.Id.ToString(CultureInfo.InvariantCulture), oid);
}
