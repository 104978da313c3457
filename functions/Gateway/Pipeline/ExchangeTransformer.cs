using CursorBroker.Core.Credentials;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Writes the rebuilt request and relays the answer. Copies no header from either side but those named here: what is not listed does not pass.
/// </summary>
internal sealed class ExchangeTransformer(UpstreamExchange exchange, Credential credential, UpstreamOptions options, SignedRedirects redirects, TimeProvider time, Task recorded)
    : HttpTransformer
{
    public int Status { get; private set; }

    public string? UpstreamRequestId { get; private set; }

    /// <summary>How long the upstream asked to be left alone; null when it did not.</summary>
    public TimeSpan? LimitedFor { get; private set; }

    public Refusal? Refusal { get; private set; }

    public ByteCount Received { get; } = new();

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        UpstreamMessage.Write(proxyRequest, exchange, credential, options);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        // Whoever waits for it themselves is told why it failed.
        await recorded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!recorded.IsCompletedSuccessfully)
        {
            proxyResponse.Dispose();
            return false;
        }

        UpstreamRequestId = UpstreamAnswer.RequestId(proxyResponse);
        LimitedFor = UpstreamAnswer.LimitedFor(proxyResponse, time);
        var (answer, rules) = (proxyResponse, exchange.Answer);
        if (rules.FollowTo(proxyResponse) is { } redirect)
        {
            rules = redirect.Answer;
            if (!(await redirects.FollowAsync(redirect, cancellationToken)).Succeeded(out answer, out var failure))
            {
                return Refuse(proxyResponse, failure);
            }
        }

        Status = (int)answer.StatusCode;
        if (rules.Judge(answer, time) is { } refusal)
        {
            answer.Dispose();
            return Refuse(proxyResponse, refusal);
        }

        var response = httpContext.Response;
        rules.WriteHead(answer, response);
        var filter = rules.FilterFor(answer);
        if (filter is null)
        {
            response.ContentLength = answer.Content.Headers.ContentLength;
        }

        proxyResponse.Content = new RelayedContent(answer.Content, filter, Received);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private bool Refuse(HttpResponseMessage proxyResponse, Refusal refusal)
    {
        Status = Status == 0 ? (int)proxyResponse.StatusCode : Status;
        Refusal = refusal;
        proxyResponse.Dispose();
        return false;
    }
}
