using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.Vault;

/// <summary>The secrets REST API of every vault.</summary>
/// <remarks>Source: learn.microsoft.com, "Azure Key Vault REST API reference", secrets, 7.4.</remarks>
internal sealed class VaultRoutes(SandboxVault world)
{
    private const int PageSize = 5;
    private const int MostBytes = 25 * 1024;

    public void Map(WebApplication app)
    {
        app.MapGet("/{vault}/secrets", (HttpContext context, string vault) => Of(vault, store => Page(context, store, store.All(deleted: false), Item(store, withVersion: false))));
        app.MapGet("/{vault}/secrets/{name}/versions", (HttpContext context, string vault, string name) => Of(vault, store => Living(store, name, secret =>
            Page(context, store, secret.Versions, version => VaultAnswers.Secret(store, secret, version, withValue: false)))));
        app.MapGet("/{vault}/secrets/{name}/{version?}", (string vault, string name, string? version) => Of(vault, store => Living(store, name, secret => Get(store, secret, version))));
        app.MapPut("/{vault}/secrets/{name}", (HttpContext context, string vault, string name) => OfAsync(vault, store => SetAsync(context, store, name)));
        app.MapPatch("/{vault}/secrets/{name}/{version}", (HttpContext context, string vault, string name, string version) => OfAsync(vault, store => UpdateAsync(context, store, name, version)));
        app.MapDelete("/{vault}/secrets/{name}", (string vault, string name) => Of(vault, store => store.SetDeleted(name, isDeleted: true) is { } gone ? Whole(store, gone) : VaultAnswers.NotFound(name)));
        app.MapGet("/{vault}/deletedsecrets", (HttpContext context, string vault) => Of(vault, store => Page(context, store, store.All(deleted: true), Item(store, withVersion: false))));
        app.MapGet("/{vault}/deletedsecrets/{name}", (string vault, string name) => Of(vault, store => store.Find(name) is { Deleted: not null } gone ? Whole(store, gone) : VaultAnswers.NotFound(name)));
        app.MapPost("/{vault}/deletedsecrets/{name}/recover", (string vault, string name) => Of(vault, store => store.SetDeleted(name, isDeleted: false) is { } back ? Whole(store, back) : VaultAnswers.NotFound(name)));
        app.MapFallback(static () => VaultAnswers.Error(StatusCodes.Status404NotFound, "NotFound", "There is no such operation in this stand-in."));
    }

    private IResult Of(string vault, Func<VaultStore, IResult> answer) =>
        world.Find(vault) is { } store ? answer(store) : VaultAnswers.Error(StatusCodes.Status404NotFound, "NotFound", "There is no such vault.");

    private Task<IResult> OfAsync(string vault, Func<VaultStore, Task<IResult>> answer) =>
        world.Find(vault) is { } store ? answer(store) : Task.FromResult(VaultAnswers.Error(StatusCodes.Status404NotFound, "NotFound", "There is no such vault."));

    private static IResult Living(VaultStore store, string name, Func<VaultSecret, IResult> answer) => store.Find(name) is { Deleted: null } secret ? answer(secret) : VaultAnswers.NotFound(name);

    private static IResult Whole(VaultStore store, VaultSecret secret) => VaultAnswers.Ok(VaultAnswers.Secret(store, secret, secret.Versions[^1], withValue: false));

    private static Func<VaultSecret, JsonObject> Item(VaultStore store, bool withVersion) => secret => VaultAnswers.Secret(store, secret, secret.Versions[^1], withValue: false, withVersion);

    private static IResult Get(VaultStore store, VaultSecret secret, string? version)
    {
        var found = string.IsNullOrEmpty(version) ? secret.Versions[^1] : secret.Versions.Find(each => string.Equals(each.Id, version, StringComparison.OrdinalIgnoreCase));
        return found is null ? VaultAnswers.NotFound($"{secret.Name}/{version}")
            : !found.Enabled ? VaultAnswers.Error(StatusCodes.Status403Forbidden, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")
            : VaultAnswers.Ok(VaultAnswers.Secret(store, secret, found, withValue: true));
    }

    /// <summary>Pages as the vault's: the next one by an address of its own, with a token.</summary>
    private static IResult Page<T>(HttpContext context, VaultStore store, IReadOnlyList<T> all, Func<T, JsonObject> item)
    {
        var from = int.TryParse(context.Request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip : 0;
        var shown = all.Skip(from).Take(PageSize).Select(item).ToArray();
        var request = context.Request;
        var more = from + shown.Length < all.Count;
        return VaultAnswers.Ok(new JsonObject
        {
            ["value"] = new JsonArray(shown),
            ["nextLink"] = more ? string.Create(CultureInfo.InvariantCulture, $"{request.Scheme}://{request.Host}{request.Path}?api-version=7.4&$skiptoken={from + shown.Length}&maxresults={PageSize}") : null,
        });
    }

    private static async Task<IResult> SetAsync(HttpContext context, VaultStore store, string name)
    {
        if (store.Find(name) is { Deleted: not null })
        {
            return VaultAnswers.Error(
                StatusCodes.Status409Conflict, "Conflict", $"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.", "ObjectIsDeletedButRecoverable");
        }

        if (await ReadAsync(context) is not { } body || body["value"] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return Bad("The request body is missing its value.");
        }

        if (Encoding.UTF8.GetByteCount(text) > MostBytes)
        {
            return Bad("The value exceeds the maximum length of 25600 bytes.");
        }

        var made = store.Add(name, text, version => Said(version, body));
        return VaultAnswers.Ok(VaultAnswers.Secret(store, store.Find(name)!, made, withValue: true));
    }

    private static async Task<IResult> UpdateAsync(HttpContext context, VaultStore store, string name, string version)
    {
        if (await ReadAsync(context) is not { } body)
        {
            return Bad("The request body is no JSON.");
        }

        return store.Find(name) is { Deleted: null } secret && store.Change(name, version, each => Said(each, body)) is { } changed
            ? VaultAnswers.Ok(VaultAnswers.Secret(store, secret, changed, withValue: false))
            : VaultAnswers.NotFound($"{name}/{version}");
    }

    private static SecretVersion Said(SecretVersion version, JsonObject body)
    {
        var attributes = body["attributes"] as JsonObject;
        return version with
        {
            ContentType = (string?)body["contentType"] ?? version.ContentType,
            Tags = body["tags"] is JsonObject tags ? (JsonObject)tags.DeepClone() : version.Tags,
            Enabled = (bool?)attributes?["enabled"] ?? version.Enabled,
            NotBefore = (long?)attributes?["nbf"] ?? version.NotBefore,
            Expires = (long?)attributes?["exp"] ?? version.Expires,
        };
    }

    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            // The caller is told that it is none.
            return null;
        }
    }

    private static IResult Bad(string message) => VaultAnswers.Error(StatusCodes.Status400BadRequest, "BadParameter", message);
}
