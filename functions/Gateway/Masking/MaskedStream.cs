using System.Buffers;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// A body on its way, without its secrets: as long as it was, chunk by chunk as it comes, but for what is undecided yet. Pulled. What a rule blocks, and what cannot be searched, ends in an
/// exception, never in a clean end.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="masking">The request's.</param>
/// <param name="form">What the body is; for <see cref="AnswerForm.Unknown"/> its first bytes say whether it is searched at all.</param>
internal sealed class MaskedStream(Stream inner, AnswerMasking masking, AnswerForm form) : ReadOnlyStream
{
    private const int ChunkBytes = 32 * 1024;
    private const int BeginningBytes = 512;

    private readonly PooledOutput _output = new();
    private byte[] _chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private StreamMasker? _masker;
    private bool _isBinary;
    private bool _begun;
    private bool _ended;
    private int _noted;
    private int _sent;

    /// <summary>True when its first bytes said that it is no text, so that it passed as it was.</summary>
    public bool IsBinary => _isBinary;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (!_begun)
        {
            await BeginAsync(cancellationToken);
        }

        while (_sent == _output.Written.Length)
        {
            if (_ended)
            {
                return 0;
            }

            _output.Clear();
            _sent = 0;
            await StepAsync(cancellationToken);
        }

        var given = _output.Written[_sent..];
        given = given[..Math.Min(given.Length, buffer.Length)];
        given.CopyTo(buffer);
        _sent += given.Length;
        return given.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _chunk.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_chunk, clearArray: true);
            _chunk = [];
            _output.Dispose();
            _masker?.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Decides by the first bytes where nothing else does, and gathers what could still be refused in words.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        _begun = true;
        if (form == AnswerForm.Unknown)
        {
            var read = await inner.ReadAtLeastAsync(_chunk.AsMemory(0, ChunkBytes), BeginningBytes, throwOnEndOfStream: false, cancellationToken);
            _isBinary = AnswerForms.IsBinary(_chunk.AsSpan(0, Math.Min(read, BeginningBytes)));
            Take(read);
        }

        while (!_ended && !_isBinary && _output.Written.Length < masking.HeldAtFirst)
        {
            await StepAsync(cancellationToken);
        }
    }

    private async ValueTask StepAsync(CancellationToken cancellationToken) => Take(await inner.ReadAsync(_chunk.AsMemory(0, ChunkBytes), cancellationToken));

    private void Take(int read)
    {
        var chunk = _chunk.AsSpan(0, read);
        _ended = read == 0;
        if (_isBinary)
        {
            _output.Write(chunk);
            return;
        }

        _masker ??= masking.Begin(form == AnswerForm.Json ? TextForm.Json : TextForm.Text);
        try
        {
            _masker.Push(chunk, _ended, _output);
        }
        catch (Exception failure)
        {
            throw new AnswerRefusedException(AnswerMasking.Failed(failure));
        }

        _noted = masking.Note(_masker, _noted, "body");
        if (_masker.BlockedBy is { } rule)
        {
            throw new AnswerRefusedException(AnswerMasking.Blocked(rule));
        }
    }
}
