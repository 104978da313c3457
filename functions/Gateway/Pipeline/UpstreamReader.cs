using System.IO.Pipelines;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Limits;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The broker's own questions to the upstream, asked with the credential of the request that needs the answer.</summary>
internal sealed class UpstreamReader(UpstreamForwarder forwarder, Credential credential, PersonId caller, SessionId session) : IUpstreamReader
{
    private const string ApiVersion = "2022-11-28";

    public RepositoryIdentity Repository => credential.Repository;

    public SessionId Session => session;

    public ValueTask<Outcome<UpstreamReply>> AskAsync(string pathAndQuery, int maxBytes, CancellationToken cancellationToken) => SendAsync<UpstreamReply>(
        new()
        {
            Face = UpstreamFace.Api,
            Method = HttpMethod.Get,
            PathAndQuery = pathAndQuery,
            Headers = [new("Accept", "application/vnd.github+json"), new("X-GitHub-Api-Version", ApiVersion)],
            Answer = QuestionAnswer.Instance,
        },
        async (answer, stop) => await QuestionAnswer.ReadAsync(answer, maxBytes, stop) is { } reply
            ? reply
            : new Refusal(Stage.Forward, RefusalKind.TooLarge, new CallerText("GitHub's answer to a question of the broker's own is too large."), $"more than {maxBytes} bytes: {pathAndQuery}"),
        cancellationToken);

    public ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class => SendAsync(
            exchange,
            async (answer, stop) => await read(PipeReader.Create(await answer.Content.ReadAsStreamAsync(stop)), stop),
            cancellationToken);

    private async ValueTask<Outcome<T>> SendAsync<T>(
        UpstreamExchange exchange, Func<HttpResponseMessage, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(forwarder.Options.QuestionTimeout, forwarder.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var message = new HttpRequestMessage();
        if (exchange.Body is not null)
        {
            message.Content = new StreamContent(exchange.Body);
        }

        UpstreamMessage.Write(message, exchange, credential, forwarder.Options);
        try
        {
            Outcome<T>? outcome = null;
            var held = await forwarder.CallAsync(
                exchange.Face,
                credential,
                caller,
                async stop =>
                {
                    using var answer = await forwarder.Client.SendAsync(message, stop);
                    outcome = exchange.Answer.Judge(answer, forwarder.Time) is { } refusal ? refusal : await read(answer, stop);
                    return new CallEnd((int)answer.StatusCode is 502 or 503 or 504, UpstreamAnswer.LimitedFor(answer, forwarder.Time));
                },
                either.Token);
            return outcome ?? held!;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Refusal(
                Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub cannot be reached."), $"{failure.GetType().Name}: {failure.Message}");
        }
    }
}
