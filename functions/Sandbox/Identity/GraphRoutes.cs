using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Identity;

/// <summary>The little of Microsoft Graph that answers which groups someone is in: pages of two, for holders of an application's token.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/user-list-transitivememberof</remarks>
internal sealed class GraphRoutes(SigningKeyRing keys, ProviderAddresses addresses, ProviderState state, TimeProvider time)
{
    private const int PageSize = 2;
    private const string Skip = "$skiptoken";

    private readonly JsonWebTokenHandler _handler = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        var graph = routes.MapGroup("/graph/v1.0");
        graph.MapGet("users/{id}/transitiveMemberOf/microsoft.graph.group", ListAsync);
        graph.MapPost("users/{id}/getMemberObjects", GetMemberObjectsAsync);
        graph.Map("{**anything}", static context => ErrorAsync(context, 400, "BadRequest", "Resource not found for the segment."));
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message) => JsonAsync(context, status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
    });

    private static Task JsonAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; odata.metadata=minimal; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Default), context.RequestAborted);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await FindAsync(context).ConfigureAwait(false) is not { } identity)
        {
            return;
        }

        if (!int.TryParse(context.Request.Query[Skip].FirstOrDefault() ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var skip))
        {
            await ErrorAsync(context, 400, "BadRequest", "The skip token makes no sense.").ConfigureAwait(false);
            return;
        }

        var groups = SandboxDirectory.TransitiveGroups(state.Now(identity));
        var body = new JsonObject
        {
            ["@odata.context"] = addresses.Graph + "/v1.0/$metadata#groups(id,displayName)",
            ["value"] = new JsonArray([.. groups.Skip(skip).Take(PageSize).Select(static name => new JsonObject
            {
                ["id"] = SandboxDirectory.GroupIds[name],
                ["displayName"] = name,
            })]),
        };
        if (skip + PageSize < groups.Count)
        {
            body["@odata.nextLink"] =
                $"{addresses.Graph}/v1.0/users/{identity.ObjectId}/transitiveMemberOf/microsoft.graph.group?{Skip}={skip + PageSize}";
        }

        await JsonAsync(context, 200, body).ConfigureAwait(false);
    }

    private async Task GetMemberObjectsAsync(HttpContext context)
    {
        if (await FindAsync(context).ConfigureAwait(false) is { } identity)
        {
            await JsonAsync(context, 200, new JsonObject
            {
                ["@odata.context"] = addresses.Graph + "/v1.0/$metadata#Collection(Edm.String)",
                ["value"] = new JsonArray(
                    [.. SandboxDirectory.TransitiveGroups(state.Now(identity)).Select(static name => JsonValue.Create(SandboxDirectory.GroupIds[name]))]),
            }).ConfigureAwait(false);
        }
    }

    /// <summary>The user that is asked about, when the token is good; otherwise the request is answered.</summary>
    private async Task<SandboxIdentity?> FindAsync(HttpContext context)
    {
        if (!await IsGoodAsync(context.Request.Headers.Authorization.ToString()).ConfigureAwait(false))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ErrorAsync(context, 401, "InvalidAuthenticationToken", "Access token validation failure.").ConfigureAwait(false);
            return null;
        }

        var id = (string)context.GetRouteValue("id")!;
        if (SandboxDirectory.WithObjectId(id) is { IsWorkload: false } identity)
        {
            return identity;
        }

        await ErrorAsync(context, 404, "Request_ResourceNotFound", $"Resource '{id}' does not exist.").ConfigureAwait(false);
        return null;
    }

    private async Task<bool> IsGoodAsync(string header)
    {
        const string Bearer = "Bearer ";
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var verdict = await _handler.ValidateTokenAsync(header[Bearer.Length..], new TokenValidationParameters
        {
            IssuerSigningKeys = keys.SigningKeys,
            ValidIssuer = addresses.Issuer.AbsoluteUri,
            ValidAudience = addresses.Graph,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        }).ConfigureAwait(false);
        return verdict.IsValid;
    }
}
