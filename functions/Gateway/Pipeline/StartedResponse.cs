using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// A response that has told its caller to wait and whose real answer is still to come. Its status and headers are out; whoever answers later sets their
/// own in vain, and their body follows what was sent. To them it looks like a response that has not started, until they write.
/// </summary>
/// <remarks>Only for protocols that can say everything in the body of a 200, as git does with side-bands.</remarks>
[SuppressMessage("Reliability", "CA1001:Types that own disposable fields should be disposable", Justification = "The stream is a view of the server's own, which lives as long as the request.")]
internal sealed class StartedResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly ObservedWriter _stream;

    private StartedResponse(IHttpResponseFeature response, IHttpResponseBodyFeature body)
    {
        _response = response;
        _body = body;
        _stream = new ObservedWriter(body.Stream, () => HasStarted = true);
        Writer = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public bool HasStarted { get; private set; }

    public Stream Stream => _stream;

    public PipeWriter Writer { get; }

    Stream IHttpResponseFeature.Body
    {
        get => _stream;
        set => throw new NotSupportedException();
    }

    /// <summary>Puts it in the place of a response that has started.</summary>
    public static void Install(HttpContext context)
    {
        var features = context.Features;
        var started = new StartedResponse(features.GetRequiredFeature<IHttpResponseFeature>(), features.GetRequiredFeature<IHttpResponseBodyFeature>());
        features.Set<IHttpResponseFeature>(started);
        features.Set<IHttpResponseBodyFeature>(started);
    }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        // Headers are out; what would still change them comes too late.
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _response.OnCompleted(callback, state);

    public void DisableBuffering() => _body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(_stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await Writer.CompleteAsync();
        await _body.CompleteAsync();
    }

    /// <summary>Tells of the first byte.</summary>
    private sealed class ObservedWriter(Stream inner, Action written) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
