using System.Security.Cryptography;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Lfs;

/// <summary>
/// An object's content as it is read on. The piece that would complete it is let go only when all of it is what its name says; otherwise reading throws, and whoever was promised so and so many
/// bytes never has them all.
/// </summary>
internal sealed class CheckedContent(Stream inner, LfsObject named) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;
    private bool _checked;

    /// <exception cref="BodyRefusedException">The content is not the object.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_checked || buffer.IsEmpty)
        {
            return 0;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        if (_read > named.Size || (read == 0 && _read < named.Size))
        {
            throw Other($"The content is {(read == 0 ? "shorter" : "longer")} than it is said to be.", $"{_read} of {named.Size} bytes");
        }

        _hash.AppendData(buffer.Span[..read]);
        if (_read == named.Size)
        {
            await CheckAsync(cancellationToken);
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (await inner.ReadAsync(new byte[1], cancellationToken) > 0)
        {
            throw Other("The content is longer than it is said to be.", $"more than {named.Size} bytes");
        }

        if (Convert.ToHexStringLower(_hash.GetHashAndReset()) != named.Oid)
        {
            throw Other("The content is not that of the object: its SHA-256 is another.", "another SHA-256");
        }

        _checked = true;
    }

    private static BodyRefusedException Other(string message, string detail) => new(new Refusal(Stage.Forward, RefusalKind.Unprocessable, new CallerText(message), detail));
}
