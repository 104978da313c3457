using System.Globalization;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Hooks;

/// <summary><c>POST /hooks/events</c>: what a person's hook scripts say. It labels their sessions and records; it decides nothing and tells nothing.</summary>
internal sealed class HookEvents(HookKeys keys, PersonSessions sessions, ILedger ledger, TimeProvider time, ILogger<HookEvents> logger)
{
    private const int EventsPerMinute = 240;
    private const int Burst = 120;

    private readonly PointBudget<PersonId> _budget = new(EventsPerMinute, Burst, time);

    public async Task TakeAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context, context.RequestAborted);
        }
        catch (Exception failure) when (failure is StateUnavailableException or LedgerUnavailableException)
        {
            logger.EventNotTaken(failure);
            await HookAnswers.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Something the broker needs is out of reach.");
        }
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await WhoAsync(context.Request, cancellationToken) is not { } person)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await HookAnswers.WriteAsync(context, StatusCodes.Status401Unauthorized, "That is no hook key, or one that has ended.");
            return;
        }

        if (_budget.Take(person, 1) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await HookAnswers.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many events; wait a little.");
            return;
        }

        if (!IsJson(context.Request))
        {
            await HookAnswers.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
            return;
        }

        var body = new byte[HookEvent.MaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > HookEvent.MaxBytes)
        {
            await HookAnswers.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is too large.");
            return;
        }

        if (HookEvent.Read(body.AsMemory(0, length)) is not { } said)
        {
            await HookAnswers.WriteAsync(context, StatusCodes.Status400BadRequest, "The body must be {\"event\":...,\"conversation\":...}, and \"refused\" where a rule refused.");
            return;
        }

        await TakeAsync(person, said, cancellationToken);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Recorded before it is put on: a label that nobody can read up on would be none.</summary>
    private async ValueTask TakeAsync(PersonId person, HookEvent said, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        AuditEvent[] events =
        [
            .. (await sessions.ListAsync(person, cancellationToken)).Where(session => session.IsLive && session.Conversation != said.Conversation)
                .Select(session => new SessionLabelled(person.ToString(), said.Conversation, said.Hook) { At = now, Session = session.Session.Value }),
            .. said.Refused is { } rule ? [new HookRefused(person.ToString(), said.Conversation, said.Hook, rule) { At = now }] : (AuditEvent[])[],
        ];
        if (events.Length == 0)
        {
            return;
        }

        await ledger.AppendAsync(events, cancellationToken);
        _ = await sessions.LabelAsync(person, said.Conversation, cancellationToken);
    }

    private async ValueTask<PersonId?> WhoAsync(HttpRequest request, CancellationToken cancellationToken) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && HookKey.TryParse(header["Bearer ".Length..], out var key)
            ? await keys.FindAsync(key, cancellationToken)
            : null;

    private static bool IsJson(HttpRequest request) =>
        request.Headers.ContentType.Count == 1
        && request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
