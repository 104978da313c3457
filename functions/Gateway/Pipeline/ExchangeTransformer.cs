using CursorBroker.Core.Credentials;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Writes the rebuilt request and relays the answer. Copies no header from either side but those named here: what is not listed does not pass.
/// </summary>
internal sealed class ExchangeTransformer(UpstreamExchange exchange, Credential credential, UpstreamOptions options, TimeProvider time) : HttpTransformer
{
    public int Status { get; private set; }

    public string? UpstreamRequestId { get; private set; }

    public Refusal? Refusal { get; private set; }

    public ByteCount Received { get; } = new();

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        UpstreamMessage.Write(proxyRequest, exchange, credential, options);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return ValueTask.FromResult(false);
        }

        Status = (int)proxyResponse.StatusCode;
        UpstreamRequestId = UpstreamAnswer.RequestId(proxyResponse);
        Refusal = exchange.Answer.Judge(proxyResponse, time);
        if (Refusal is not null)
        {
            proxyResponse.Dispose();
            return ValueTask.FromResult(false);
        }

        var answer = httpContext.Response;
        exchange.Answer.WriteHead(proxyResponse, answer);
        var filter = exchange.Answer.FilterFor(proxyResponse);
        if (filter is null)
        {
            answer.ContentLength = proxyResponse.Content.Headers.ContentLength;
        }

        proxyResponse.Content = new RelayedContent(proxyResponse.Content, filter, Received);
        return ValueTask.FromResult(true);
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
