using System.IO.Pipelines;
using CursorBroker.Gateway.Inspecting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.Mcp.Calls;

/// <summary>The response of an inner call: kept in memory up to a bound, and started, completed and refused to change as a server's is.</summary>
internal sealed class InnerResponse : IHttpResponseFeature, IHttpResponseBodyFeature, IAsyncDisposable
{
    private readonly BoundedBody _body;
    private readonly List<(Func<object, Task> Callback, object State)> _starting = [];
    private readonly List<(Func<object, Task> Callback, object State)> _completed = [];
    private PipeWriter? _writer;
    private int _status = StatusCodes.Status200OK;

    public InnerResponse(int maxBytes, BudgetShare share)
    {
        _body = new(maxBytes, share, StartAsync);
        Body = _body;
    }

    /// <summary>Whether more was written than may be.</summary>
    public bool IsTooLarge => _body.IsTooLarge;

    /// <summary>Whether there was no room for it beside others.</summary>
    public bool IsCrowdedOut => _body.IsCrowdedOut;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _body.Written;

    public int StatusCode
    {
        get => _status;
        set => _status = HasStarted ? throw new InvalidOperationException("The response has started.") : value;
    }

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; }

    public bool HasStarted { get; private set; }

    public Stream Stream => Body;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(_body, new StreamPipeWriterOptions(leaveOpen: true));

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Add((callback, state));

    public void DisableBuffering()
    {
        // It is kept whole in any case.
    }

    /// <summary>Runs what waits for the start, last registered first, once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        for (var i = _starting.Count - 1; i >= 0; i--)
        {
            await _starting[i].Callback(_starting[i].State);
        }

        HasStarted = true;
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Body, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        if (_writer is not null)
        {
            await _writer.CompleteAsync();
        }

        await StartAsync();
    }

    /// <summary>Runs what waits for the end, last registered first.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = _completed.Count - 1; i >= 0; i--)
        {
            await _completed[i].Callback(_completed[i].State);
        }
    }
}
