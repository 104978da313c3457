using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>The whole network: answers what it was told to, and counts and refuses everything else.</summary>
internal sealed class FakeWeb : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _routes = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _unexpected = new();

    public IReadOnlyCollection<string> Requests => _requests;

    public IReadOnlyCollection<string> Unexpected => _unexpected;

    public int Count(string address) => _requests.Count(r => r == address);

    public void On(string address, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) => _routes[address] = answer;

    public void On(string address, Func<string> json) => On(address, (_, _) => Task.FromResult(Json(json())));

    public void On(string address, HttpStatusCode status) => On(address, (_, _) => Task.FromResult(new HttpResponseMessage(status)));

    public static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.AbsoluteUri;
        _requests.Enqueue(address);
        if (_routes.TryGetValue(address, out var answer))
        {
            return answer(request, cancellationToken);
        }

        _unexpected.Enqueue(address);
        throw new InvalidOperationException($"nobody should ask {address}");
    }
}

/// <summary>A body that does not say how long it is.</summary>
internal sealed class UnsizedContent(Stream body) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(body);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A body of which the next byte never comes.</summary>
internal sealed class EndlessWait(TaskCompletionSource reached) : MemoryStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        reached.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return 0;
    }
}
