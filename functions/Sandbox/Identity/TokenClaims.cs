using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace CursorBroker.Sandbox.Identity;

/// <summary>
/// What a token says, as Entra says it: a subject that differs from client to client, <c>tid</c> and <c>oid</c> that do not, and groups,
/// or in their place a note that there were too many.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference</remarks>
internal sealed class TokenClaims(ProviderAddresses addresses, ProviderState state, TimeProvider time)
{
    /// <summary>The audience of the broker's access tokens.</summary>
    public const string Audience = "cursor-broker";

    /// <summary>A private claim: whether this sign-in asked for too many groups.</summary>
    public const string OverageMark = "sandbox_overage";

    /// <summary>When the person signed in, in seconds since 1970.</summary>
    public const string SignedIn = Claims.AuthenticationTime;

    private static readonly string[] Everywhere = [Destinations.AccessToken, Destinations.IdentityToken];
    private static readonly string[] AccessOnly = [Destinations.AccessToken];

    /// <summary>A person's tokens at a client.</summary>
    public ClaimsPrincipal Person(SandboxIdentity person, SandboxClient client, ImmutableArray<string> scopes, bool overage, DateTimeOffset? signedIn)
    {
        person = state.Now(person);
        var claims = Common(person, client);
        Add(claims, Claims.Name, person.DisplayName, Everywhere);
        Add(claims, Claims.PreferredUsername, person.UserName, Everywhere);
        Add(claims, "scp", "access_as_user", AccessOnly);
        var at = (signedIn ?? time.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Add(claims, SignedIn, at, Everywhere, ClaimValueTypes.Integer64);
        if (overage || state.HasTooManyGroups(person))
        {
            AddOverage(claims, person);
        }
        else if (!person.Groups.IsEmpty)
        {
            AddJson(claims, "groups", new JsonArray([.. person.Groups.Select(static group => JsonValue.Create(group))]), JsonClaimValueTypes.JsonArray, Everywhere);
        }

        // Without destinations it stays with the code and the refresh token, so that refreshed tokens look like the first.
        claims.AddClaim(new Claim(OverageMark, overage ? "yes" : "no"));
        return Principal(claims, scopes, Audience);
    }

    /// <summary>A workload's token.</summary>
    public static ClaimsPrincipal Workload(SandboxIdentity workload, SandboxClient client)
    {
        var claims = Common(workload, client);
        Add(claims, "idtyp", "app", AccessOnly);
        AddJson(claims, "roles", new JsonArray("access_as_application"), JsonClaimValueTypes.JsonArray, AccessOnly);
        return Principal(claims, [], Audience);
    }

    /// <summary>The Graph client's own token, good at Graph alone.</summary>
    public ClaimsPrincipal Graph(SandboxClient client)
    {
        var claims = new ClaimsIdentity("sandbox");
        claims.SetClaim(Claims.Subject, client.Id);
        Add(claims, "tid", SandboxDirectory.TenantId, AccessOnly);
        Add(claims, "idtyp", "app", AccessOnly);
        AddJson(claims, "roles", new JsonArray("GroupMember.Read.All"), JsonClaimValueTypes.JsonArray, AccessOnly);
        return Principal(claims, [], addresses.Graph);
    }

    /// <summary>The <c>sub</c> of an identity at a client: the same every time there, another one elsewhere.</summary>
    public static string PairwiseSubject(SandboxIdentity identity, string clientId) => Base64UrlEncoder.Encode(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{SandboxDirectory.TenantId}|{clientId}|{identity.ObjectId}")));

    private static ClaimsIdentity Common(SandboxIdentity identity, SandboxClient client)
    {
        var claims = new ClaimsIdentity("sandbox");

        // Entra: an application's own subject is its object id.
        claims.SetClaim(Claims.Subject, identity.IsWorkload ? identity.ObjectId : PairwiseSubject(identity, client.Id));
        Add(claims, "tid", SandboxDirectory.TenantId, Everywhere);
        Add(claims, "oid", identity.ObjectId, Everywhere);
        Add(claims, "ver", "2.0", Everywhere);
        Add(claims, Claims.AuthorizedParty, client.Id, AccessOnly);
        return claims;
    }

    private void AddOverage(ClaimsIdentity claims, SandboxIdentity person)
    {
        AddJson(claims, "_claim_names", new JsonObject { ["groups"] = "src1" }, JsonClaimValueTypes.Json, Everywhere);
        AddJson(
            claims,
            "_claim_sources",
            new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = $"{addresses.Graph}/v1.0/users/{person.ObjectId}/getMemberObjects" } },
            JsonClaimValueTypes.Json,
            Everywhere);
    }

    private static ClaimsPrincipal Principal(ClaimsIdentity claims, ImmutableArray<string> scopes, string audience)
    {
        var principal = new ClaimsPrincipal(claims);
        principal.SetScopes(scopes);
        principal.SetResources(audience);
        return principal;
    }

    private static void Add(ClaimsIdentity claims, string type, string value, string[] destinations, string valueType = ClaimValueTypes.String)
    {
        var claim = new Claim(type, value, valueType);
        claim.SetDestinations(destinations);
        claims.AddClaim(claim);
    }

    private static void AddJson(ClaimsIdentity claims, string type, JsonNode value, string valueType, string[] destinations)
    {
        var claim = new Claim(type, value.ToJsonString(JsonSerializerOptions.Default), valueType);
        claim.SetDestinations(destinations);
        claims.AddClaim(claim);
    }
}
