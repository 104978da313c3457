using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Masking;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Writes the rebuilt request and relays the answer. Copies no header from either side but those named here: what is not listed does not pass.
/// </summary>
internal sealed class ExchangeTransformer(
    UpstreamExchange exchange, Credential credential, AnswerMasking masking, UpstreamOptions options, SignedRedirects redirects, TimeProvider time, Task recorded)
    : HttpTransformer
{
    private Func<bool> _passesAsItIs = static () => true;

    public int Status { get; private set; }

    public string? UpstreamRequestId { get; private set; }

    /// <summary>How long the upstream asked to be left alone; null when it did not.</summary>
    public TimeSpan? LimitedFor { get; private set; }

    public Refusal? Refusal { get; private set; }

    public ByteCount Received { get; } = new();

    /// <summary>Whether the body passes as it is, or secrets in it do.</summary>
    public bool IsUnmasked => masking.Reveals || _passesAsItIs();

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
            if (!(await FollowAsync(redirect, cancellationToken)).Succeeded(out answer, out var failure))
            {
                return Refuse(proxyResponse, failure);
            }
        }

        Status = (int)answer.StatusCode;
        DecodedContent.Decode(answer, HasBody(answer));
        if (rules.Judge(answer, time) is { } refusal)
        {
            answer.Dispose();
            return Refuse(proxyResponse, refusal);
        }

        var form = FormOf(rules, answer);
        if (MaskedAnswers.Judge(answer, form) is { } unsearchable)
        {
            answer.Dispose();
            return Refuse(proxyResponse, unsearchable);
        }

        var response = httpContext.Response;
        rules.WriteHead(answer, response);
        var filter = rules.FilterFor(answer, text => masking.MaskBody(text, TextForm.Text));
        if (filter is null)
        {
            // A mask is as long as what it stands for.
            response.ContentLength = answer.Content.Headers.ContentLength;
        }

        try
        {
            MaskedAnswers.WriteHead(masking, form, response);
        }
        catch (AnswerRefusedException refused)
        {
            answer.Dispose();
            return Refuse(proxyResponse, refused.Refusal);
        }

        proxyResponse.Content = new RelayedContent(answer.Content, filter, body => MaskedAnswers.IsSearched(form) ? Mask(body, form) : body, Received);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private MaskedStream Mask(Stream body, AnswerForm form)
    {
        var masked = new MaskedStream(body, masking, form);
        _passesAsItIs = () => masked.IsBinary;
        return masked;
    }

    /// <summary>Follows. A part of what would have to be searched is asked for whole: a secret may begin before the part.</summary>
    private async ValueTask<Outcome<HttpResponseMessage>> FollowAsync(SignedRedirect redirect, CancellationToken cancellationToken)
    {
        if (!(await redirects.FollowAsync(redirect, cancellationToken)).Succeeded(out var answer, out var failure))
        {
            return failure;
        }

        if (!MaskedAnswers.IsPart(answer, FormOf(redirect.Answer, answer)))
        {
            return answer;
        }

        answer.Dispose();
        return await redirects.FollowAsync(redirect with { Headers = [] }, cancellationToken);
    }

    /// <summary>What the body is. One that nobody decided about as an Opaque one is searched, whatever it is called.</summary>
    private AnswerForm FormOf(AnswerRules rules, HttpResponseMessage answer) => rules.FormOf(answer) switch
    {
        AnswerForm.Opaque or AnswerForm.Unknown when !masking.MayBeOpaque => AnswerForm.Text,
        var form => form,
    };

    private bool HasBody(HttpResponseMessage answer) => exchange.Method != HttpMethod.Head && (int)answer.StatusCode is not (204 or 205 or 304);

    private bool Refuse(HttpResponseMessage proxyResponse, Refusal refusal)
    {
        Status = Status == 0 ? (int)proxyResponse.StatusCode : Status;
        Refusal = refusal;
        proxyResponse.Dispose();
        return false;
    }
}
