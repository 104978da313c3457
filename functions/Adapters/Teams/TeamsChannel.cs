using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Teams;

/// <summary>
/// Posts to a Teams workflow ("When a Teams webhook request is received"). The webhook's URL lets whoever has it post: it is read from the host's secrets for
/// each try, and stands in no result, log or exception.
/// </summary>
public sealed class TeamsChannel(HttpMessageInvoker http, ISecretSource secrets, TeamsOptions options, TimeProvider time, ILogger<TeamsChannel> logger) : INoticeChannel
{
    /// <summary>What Teams takes of one message, in bytes.</summary>
    private const int MaxMessageBytes = 28 * 1024;

    /// <inheritdoc/>
    public string Name => NoticeChannels.Teams;

    /// <inheritdoc/>
    public bool Serves(NotifyTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.TeamsSecret is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(notice);
        var name = target.TeamsSecret ?? throw new ArgumentException("It has no webhook.", nameof(target));
        var result = await SendAsync(name, notice, cancellationToken);
        if (!result.Delivered)
        {
            TeamsLog.NotPosted(logger, name, result.Detail);
        }

        return result;
    }

    private async Task<NoticeResult> SendAsync(string name, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        string? secret;
        try
        {
            secret = await secrets.ReadAsync(name, cancellationToken);
        }
        catch (SecretUnavailableException)
        {
            // Its message is the host's to read; approvers see only which secret.
            return new(false, $"the secret {name} cannot be read right now", Retry: true);
        }

        if (secret is null)
        {
            return new(false, $"the broker has no secret named {name}");
        }

        if (!Uri.TryCreate(secret, UriKind.Absolute, out var webhook) || !IsSafe(webhook))
        {
            return new(false, $"the secret {name} is not an https address");
        }

        var card = TeamsCard.Of(notice);
        if (card.Length > MaxMessageBytes)
        {
            return new(false, "the card is larger than Teams takes");
        }

        return await PostAsync(name, webhook, card, cancellationToken);
    }

    private async Task<NoticeResult> PostAsync(string name, Uri webhook, byte[] card, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook) { Content = new ByteArrayContent(card) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var over = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            // The answer's body says nothing that the status does not, and is not read.
            using var response = await http.SendAsync(request, either.Token);
            return Judge(name, response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, "Teams took too long to answer", Retry: true);
        }
        catch (HttpRequestException e)
        {
            return new(false, $"Teams could not be reached: {e.HttpRequestError}", Retry: true);
        }
        catch (IOException)
        {
            return new(false, "Teams could not be reached: the connection broke", Retry: true);
        }
    }

    private NoticeResult Judge(string name, HttpResponseMessage response)
    {
        var answered = string.Create(CultureInfo.InvariantCulture, $"Teams answered {(int)response.StatusCode}");
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(true, answered),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new(false, $"{answered}: the webhook is gone; make a new one and put its URL into the secret {name}"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new(false, answered, Retry: true, RetryAfter(response)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(false, $"{answered}: redirects are not followed"),
            _ => new(false, answered),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static bool IsSafe(Uri address) =>
        address.UserInfo.Length == 0 && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
