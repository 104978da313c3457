using CursorBroker.Core.Policy;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>
/// Content of a length that was promised, looked through as it is read on. The piece that would complete it is let go only when nothing was found in all of it; otherwise reading throws, and
/// whoever was promised so and so many bytes never has them all.
/// </summary>
/// <param name="inner">The content.</param>
/// <param name="length">Its length, in bytes.</param>
/// <param name="scanner">What it is looked through by.</param>
/// <param name="where">What it is, for the refusal.</param>
/// <param name="added">What the policy says of secrets.</param>
internal sealed class LookedThrough(Stream inner, long length, WriteScanner scanner, string where, AddedSecrets added) : ReadOnlyStream
{
    private readonly WriteScan _scan = scanner.Begin();
    private long _read;
    private bool _ended;

    /// <exception cref="BodyRefusedException">It holds what may not be written.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        if (!_ended)
        {
            _ended = read == 0 || _read >= length;
            _scan.Push(buffer.Span[..read], _ended);
            if (_ended && WriteRefusals.OfContent(_scan.Verdict, where, added) is { } refusal)
            {
                throw new BodyRefusedException(refusal);
            }
        }
        else if (read > 0)
        {
            throw new BodyRefusedException(
                new Refusal(Stage.Forward, RefusalKind.Unprocessable, new CallerText("The content is longer than it is said to be."), $"more than {length} bytes"));
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scan.Dispose();
        }

        base.Dispose(disposing);
    }
}
