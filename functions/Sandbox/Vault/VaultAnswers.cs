using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.Vault;

/// <summary>Answers as the vault writes them.</summary>
internal static class VaultAnswers
{
    private const int KeptDays = 90;

    public static JsonObject Secret(VaultStore vault, VaultSecret secret, SecretVersion version, bool withValue, bool withVersion = true)
    {
        var attributes = new JsonObject { ["enabled"] = version.Enabled };
        Put(attributes, "nbf", version.NotBefore);
        Put(attributes, "exp", version.Expires);
        attributes["created"] = version.Created.ToUnixTimeSeconds();
        attributes["updated"] = version.Updated.ToUnixTimeSeconds();
        attributes["recoveryLevel"] = "Recoverable+Purgeable";
        attributes["recoverableDays"] = KeptDays;
        var json = new JsonObject();
        if (withValue)
        {
            json["value"] = version.Value;
        }

        if (version.ContentType is { } type)
        {
            json["contentType"] = type;
        }

        json["id"] = $"{vault.Ids}secrets/{secret.Name}{(withVersion ? $"/{version.Id}" : "")}";
        json["attributes"] = attributes;
        if (version.Tags is { } tags)
        {
            json["tags"] = tags.DeepClone();
        }

        if (secret.Deleted is { } deleted)
        {
            json["recoveryId"] = $"{vault.Ids}deletedsecrets/{secret.Name}";
            json["deletedDate"] = deleted.ToUnixTimeSeconds();
            json["scheduledPurgeDate"] = deleted.AddDays(KeptDays).ToUnixTimeSeconds();
        }

        return json;
    }

    public static IResult Ok(JsonNode json) => Results.Text(json.ToJsonString(), "application/json; charset=utf-8", statusCode: StatusCodes.Status200OK);

    public static IResult Error(int status, string code, string message, string? inner = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }

        return Results.Text(new JsonObject { ["error"] = error }.ToJsonString(), "application/json; charset=utf-8", statusCode: status);
    }

    public static IResult NotFound(string name) => Error(
        StatusCodes.Status404NotFound, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.");

    private static void Put(JsonObject json, string name, long? number)
    {
        if (number is { } known)
        {
            json[name] = known;
        }
    }
}
