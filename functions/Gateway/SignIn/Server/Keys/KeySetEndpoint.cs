using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.SignIn.Server.Keys;

/// <summary>The public keys (RFC 7517), for whoever wants to check a token of the broker's.</summary>
internal static class KeySetEndpoint
{
    public static async Task WriteAsync(HttpContext context)
    {
        var keys = new JsonArray();
        foreach (var (id, key) in await context.RequestServices.GetRequiredService<SigningKeys>().PublicAsync(context.RequestAborted))
        {
            keys.Add(Describe(id, key));
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["keys"] = keys }, "public, max-age=300");
    }

    private static JsonObject Describe(string id, ECParameters key) => new JsonObject
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["use"] = "sig",
        ["alg"] = "ES256",
        ["kid"] = id,
        ["x"] = Base64Url.EncodeToString(key.Q.X!),
        ["y"] = Base64Url.EncodeToString(key.Q.Y!),
    };
}
