using System.IO.Pipelines;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>The broker's own questions to the upstream, asked with the credential of the request that needs the answer.</summary>
internal sealed class UpstreamReader(UpstreamForwarder forwarder, Credential credential, SessionId session) : IUpstreamReader
{
    public RepositoryIdentity Repository => credential.Repository;

    public SessionId Session => session;

    public async ValueTask<Outcome<T>> ReadAsync<T>(
        UpstreamExchange exchange, Func<PipeReader, CancellationToken, ValueTask<Outcome<T>>> read, CancellationToken cancellationToken)
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
            using var answer = await forwarder.Client.SendAsync(message, either.Token);
            if (UpstreamAnswer.Judge(answer, exchange.ExpectedContentType, forwarder.Time) is { } refusal)
            {
                return refusal;
            }

            var reader = PipeReader.Create(await answer.Content.ReadAsStreamAsync(either.Token));
            return await read(reader, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Refusal(
                Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub cannot be reached."), $"{failure.GetType().Name}: {failure.Message}");
        }
    }
}
