using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>Dynamic client registration (RFC 7591).</summary>
internal sealed class RegistrationEndpoint(Clients clients, AuthorizationServerOptions options, AddressLimits limits, OAuthRecorder recorder, TimeProvider time)
{
    private const int MaxBody = 8 * 1024;

    public async Task RegisterAsync(HttpContext context)
    {
        if (!limits.Registrations.Take(context))
        {
            await TooManyRequests.WriteAsync(context);
            return;
        }

        if (await ReadAsync(context) is not { } body)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, ClientMetadata.InvalidMetadata, $"The body must be JSON (application/json) of at most {MaxBody} bytes, in which no member is there twice.");
            return;
        }

        if (!ClientMetadata.TryRead(body, options.FurtherRedirects, out var client, out var problem))
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, problem.Error, problem.Description);
            return;
        }

        if (clients.Register(client.Name, client.Redirects) is not { } id)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, ClientMetadata.InvalidRedirect, "redirect_uris and client_name are too long together: they travel in the client's id. Register fewer or shorter ones.");
            return;
        }

        // Strangers write this: what they have to say is as short in the ledger as it can be.
        var digest = OAuthStores.Digest(string.Join('\n', client.Redirects));
        await recorder.RecordAsync(new ClientRegistered(clients.Find(id)!.Label, client.Name, client.Redirects.Length, digest), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status201Created, new JsonObject
        {
            ["client_id"] = id,
            ["client_id_issued_at"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["client_name"] = client.Name,
            ["redirect_uris"] = new JsonArray([.. client.Redirects.Select(static redirect => JsonValue.Create(redirect))]),
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["response_types"] = new JsonArray("code"),
            ["token_endpoint_auth_method"] = "none",
            ["scope"] = OAuthScope.Broker,
        });
    }

    private static async ValueTask<JsonElement?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return null;
        }

        var body = new byte[MaxBody + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxBody)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
