using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Mail;

/// <summary>
/// Sends a notice as one message to all addresses of its target through Azure Communication Services. The service takes a message (202) and sends it later;
/// that is followed for a while, and a message whose end is not known by then counts as delivered, since sending it again would be a second one.
/// </summary>
public sealed class CommunicationServicesMailChannel(
    HttpMessageInvoker http, TokenCredential credential, CommunicationServicesOptions options, TimeProvider time, ILogger<CommunicationServicesMailChannel> logger)
    : INoticeChannel
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => NoticeChannels.Email;

    /// <inheritdoc/>
    public bool Serves(NotifyTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return !target.Email.IsEmpty;
    }

    /// <inheritdoc/>
    public async ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(notice);
        var result = await TryAsync(target, notice, cancellationToken);
        if (!result.Delivered)
        {
            MailLog.NotSent(logger, target.Email.Length, result.Detail);
        }

        return result;
    }

    private async Task<NoticeResult> TryAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        AuthenticationHeaderValue token;
        try
        {
            token = new("Bearer", (await credential.GetTokenAsync(new TokenRequestContext([options.Scope]), cancellationToken)).Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Credentials throw types of their own, and say in their messages more than an approver's page should.
            return new(false, $"the broker got no token for the mail service: {e.GetType().Name}", Retry: true);
        }

        var (taken, status) = await PostAsync(target, notice, token, cancellationToken);
        return taken is not null ? taken : await FollowAsync(status, token, cancellationToken);
    }

    private async Task<(NoticeResult? End, Uri? Status)> PostAsync(
        NotifyTarget target, ApprovalNotice notice, AuthenticationHeaderValue token, CancellationToken cancellationToken)
    {
        using var request = RequestOf(target, notice);
        request.Headers.Authorization = token;
        using var over = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            return response.StatusCode == HttpStatusCode.Accepted ? (null, StatusOf(response)) : (Refusal(response), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new(false, "the mail service took too long to answer", Retry: true), null);
        }
        catch (HttpRequestException e)
        {
            return (new(false, $"the mail service could not be reached: {e.HttpRequestError}", Retry: true), null);
        }
        catch (IOException)
        {
            return (new(false, "the mail service could not be reached: the connection broke", Retry: true), null);
        }
    }

    private async Task<NoticeResult> FollowAsync(Uri? status, AuthenticationHeaderValue token, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.Follow;
        while (status is not null && time.GetUtcNow() < until)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, status);
            request.Headers.Authorization = token;
            var answer = await BoundedAnswer.SendAsync(http, request, MaxAnswerBytes, options.Timeout, time, cancellationToken);
            switch (answer.Body is null ? null : CommunicationServicesJson.Parse(answer.Body))
            {
                case { Status: "Succeeded" }:
                    return new(true, "the mail service sent it");
                case { Status: "Failed" or "Canceled" } failed:
                    return new(false, $"the mail service took it and did not send it: {failed.Error?.Code ?? failed.Status}");
            }

            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        return new(true, "the mail service took it; whether it was sent is not known yet");
    }

    private HttpRequestMessage RequestOf(NotifyTarget target, ApprovalNotice notice)
    {
        var mail = NoticeMail.Of(notice, target);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new EmailRequest(
                options.From,
                new(mail.Subject, mail.Text, mail.Html),
                new([.. target.Email.Select(static address => new EmailAddress(address))]),
                new Dictionary<string, string> { ["Auto-Submitted"] = NoticeMail.AutoSubmitted, ["Message-ID"] = $"<{mail.MessageId(options.From)}>" },
                UserEngagementTrackingDisabled: true),
            CommunicationServicesJson.Default.EmailRequest);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Endpoint!, "/emails:send?api-version=2023-03-31"))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        // The same for every try, so that the service can tell a second copy.
        request.Headers.Add("Operation-Id", Guid.ParseExact(mail.Digest, "N").ToString("D"));
        return request;
    }

    // The token goes to the resource alone, wherever the answer points.
    private Uri? StatusOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Operation-Location", out var values)
        && Uri.TryCreate(values.First(), UriKind.Absolute, out var address)
        && address.UserInfo.Length == 0
        && Uri.Compare(address, options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? address
            : null;

    private NoticeResult Refusal(HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        var retry = code is 408 or 429 or >= 500;
        TimeSpan? after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };
        return new(false, string.Create(CultureInfo.InvariantCulture, $"the mail service answered {code}"), retry, retry ? after : null);
    }
}
