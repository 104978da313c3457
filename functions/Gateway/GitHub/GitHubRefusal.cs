using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CursorBroker.Core.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub;

/// <summary>
/// Refuses as GitHub's API does, so that clients print the reason: <c>{"message", "documentation_url", "status"}</c>. Beside it <c>broker</c> says for programs why, and
/// <c>approval</c> what it waits for. A caller whom no rule covers gets GitHub's own words for what is not there, and nothing beside them.
/// </summary>
internal static class GitHubRefusal
{
    private const string Documentation = "https://docs.github.com/rest";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async ValueTask WriteAsync(HttpContext context, Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.Kind == RefusalKind.CallerGone)
        {
            return;
        }

        var response = context.Response;
        GitHubHost.WriteHeaders(response);
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Kind == RefusalKind.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Basic realm=\"CursorBroker\"";
        }

        var body = Body(refusal);
        response.StatusCode = refusal.HttpStatus;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, cancellationToken);
        }
    }

    private static ReadOnlyMemory<byte> Body(Refusal refusal)
    {
        var unknown = refusal.Kind == RefusalKind.NotFound && refusal.Message == Refusals.NotFound;
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("message", unknown ? "Not Found" : refusal.Message.Value);
            json.WriteString("documentation_url", Documentation);
            json.WriteString("status", refusal.HttpStatus.ToString(CultureInfo.InvariantCulture));
            if (!unknown)
            {
                WriteReason(json, refusal);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void WriteSecrets(Utf8JsonWriter json, ImmutableArray<FoundSecret> secrets)
    {
        json.WriteStartArray("secrets");
        foreach (var secret in secrets)
        {
            json.WriteStartObject();
            json.WriteString("path", secret.Place);
            json.WriteNumber("line", secret.Line);
            json.WriteString("rule", secret.Rule);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReason(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteStartObject("broker");
        json.WriteString("kind", refusal.Kind.ToString());
        json.WriteString("reference", refusal.Reference);
        if (refusal.Rule is { } rule)
        {
            json.WriteString("rule", rule);
        }

        if (!refusal.Secrets.IsEmpty)
        {
            WriteSecrets(json, refusal.Secrets);
        }

        json.WriteEndObject();
        if (refusal.Approval is { } approval)
        {
            json.WriteStartObject("approval");
            json.WriteString("id", approval.Id.Value);
            json.WriteString("status", approval.Status.ToString().ToLowerInvariant());
            json.WriteString("url", approval.Link.AbsoluteUri);
            json.WriteEndObject();
        }
    }
}
