using System.Collections.Immutable;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Masking;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Sends rebuilt exchanges to the upstream, streaming both ways through YARP's forwarder.</summary>
internal sealed class UpstreamForwarder
{
    private readonly IHttpForwarder _forwarder;
    private readonly UpstreamGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<UpstreamForwarder> _logger;
    private readonly ForwarderRequestConfig _config;
    private readonly SignedRedirects _redirects;

    public UpstreamForwarder(
        IHttpForwarder forwarder, HttpMessageInvoker client, UpstreamOptions options, UpstreamGate gate, TimeProvider time, ILogger<UpstreamForwarder> logger)
    {
        _forwarder = forwarder;
        _gate = gate;
        _time = time;
        _logger = logger;
        Client = client;
        Options = options;
        _redirects = new SignedRedirects(client, options, time);
        _config = new ForwarderRequestConfig { ActivityTimeout = options.ActivityTimeout, AllowResponseBuffering = false };
    }

    public HttpMessageInvoker Client { get; }

    public UpstreamOptions Options { get; }

    public TimeProvider Time => _time;

    /// <summary>Forwards; when it returns a refusal, nothing was sent to the caller yet.</summary>
    /// <param name="context">The caller's request.</param>
    /// <param name="exchange">What is sent instead of it.</param>
    /// <param name="credential">What it is sent with.</param>
    /// <param name="masking">Masks the answer.</param>
    /// <param name="caller">Who has it sent.</param>
    /// <param name="recorded">Done when the intent is on record. Nothing of the answer is let out before, and nothing at all if it fails.</param>
    public async ValueTask<ForwardResult> ForwardAsync(HttpContext context, UpstreamExchange exchange, Credential credential, AnswerMasking masking, PersonId caller, Task recorded)
    {
        ForwardResult? result = null;
        var held = await _gate.CallAsync(
            exchange.Face,
            credential.Repository.Name.Owner,
            caller,
            async cancellationToken =>
            {
                for (var attempt = 0; ; attempt++)
                {
                    (result, var end) = await SendAsync(context, exchange, credential, masking, recorded);
                    if (!Retries.MayRetry(exchange, end, attempt) || context.Response.HasStarted)
                    {
                        return end;
                    }

                    await Task.Delay(Retries.WaitBefore(attempt), _time, cancellationToken);
                    context.Response.Clear();
                }
            },
            context.RequestAborted);
        return result ?? new ForwardResult(0, null, 0, 0, false, null, [], held);
    }

    /// <summary>Makes a call of the broker's own, unless the upstream is to be left in peace now.</summary>
    /// <returns>Null when it was made; otherwise why not.</returns>
    public ValueTask<Refusal?> CallAsync(UpstreamFace face, Credential credential, PersonId caller, Func<CancellationToken, ValueTask<CallEnd>> call, CancellationToken cancellationToken) =>
        _gate.CallAsync(face, credential.Repository.Name.Owner, caller, call, cancellationToken);

    private async ValueTask<(ForwardResult Result, CallEnd End)> SendAsync(
        HttpContext context, UpstreamExchange exchange, Credential credential, AnswerMasking masking, Task recorded)
    {
        masking.Restart();
        var sent = new ByteCount();
        ReplaceBody(context, exchange, sent);
        var transformer = new ExchangeTransformer(exchange, credential, masking, Options, _redirects, _time, recorded);
        var error = await _forwarder.SendAsync(context, Options.BaseOf(exchange.Face).AbsoluteUri, Client, _config, transformer);

        var refusal = transformer.Refusal;
        string? failure = null;
        if (error != ForwarderError.None)
        {
            var thrown = context.GetForwarderErrorFeature()?.Exception;
            failure = thrown is null ? error.ToString() : $"{error}: {thrown.GetType().Name}: {thrown.Message}";
            _logger.UpstreamFailed(failure);
            refusal ??= context.Response.HasStarted ? null : RefusedWithin(thrown);
            refusal ??= context.Response.HasStarted || context.RequestAborted.IsCancellationRequested ? null : RefusalFor(error, failure);
        }

        var result = new ForwardResult(
            transformer.Status, transformer.UpstreamRequestId, sent.Total, transformer.Received.Total, transformer.IsUnmasked, failure, exchange.Results?.Invoke() ?? [], refusal);
        return (result, new CallEnd(transformer.Status is 502 or 503 or 504 || IsDown(error), transformer.LimitedFor));
    }

    // What the caller broke off, or never finished sending, says nothing of the upstream.
    private static bool IsDown(ForwarderError error) => error is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.ResponseHeaders;

    /// <summary>What a body on its way, the answer's or the request's own, was found to be refused for. The forwarder puts two failures into one.</summary>
    private static Refusal? RefusedWithin(Exception? thrown) => thrown switch
    {
        AnswerRefusedException refused => refused.Refusal,
        BodyRefusedException refused => refused.Refusal,
        InvalidDataException unread => new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub's answer makes no sense."), unread.Message),
        AggregateException several => several.InnerExceptions.Select(RefusedWithin).FirstOrDefault(static refusal => refusal is not null),
        _ => null,
    };

    private static Refusal RefusalFor(ForwarderError error, string failure) => error switch
    {
        ForwarderError.RequestBodyClient => new Refusal(
            Stage.Forward, RefusalKind.Malformed, new CallerText("The request body is cut off."), failure),
        ForwarderError.RequestTimedOut => new Refusal(
            Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub did not answer in time."), failure),
        _ => new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub cannot be reached."), failure),
    };

    /// <summary>Puts the rebuilt body in the caller's place, so that nothing of the original body, its length, or an upgrade reaches the forwarder.</summary>
    private static void ReplaceBody(HttpContext context, UpstreamExchange exchange, ByteCount sent)
    {
        context.Request.Headers.ContentLength = null;
        context.Request.Headers.Remove("Upgrade");
        context.Features.Set<IHttpUpgradeFeature>(null);
        context.Features.Set<IHttpExtendedConnectFeature>(null);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(exchange.Body is not null));
        context.Request.Body = exchange.Body is { } body ? new ObservedStream(body, sent.Add) : Stream.Null;
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

/// <summary>What became of a forwarded request.</summary>
/// <param name="Status">The upstream's status; 0 when there was none.</param>
/// <param name="UpstreamRequestId">The upstream's name for it.</param>
/// <param name="BytesIn">Body bytes sent to the upstream.</param>
/// <param name="BytesOut">Body bytes sent to the caller.</param>
/// <param name="IsUnmasked">Whether the body passed as it was.</param>
/// <param name="Failure">What broke; null when nothing did. Never sent.</param>
/// <param name="Results">What the upstream reported in its body.</param>
/// <param name="Refusal">What to tell the caller, when nothing was sent yet.</param>
internal sealed record ForwardResult(
    int Status, string? UpstreamRequestId, long BytesIn, long BytesOut, bool IsUnmasked, string? Failure, ImmutableArray<string> Results, Refusal? Refusal);
