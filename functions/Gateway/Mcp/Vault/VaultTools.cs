using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Mcp.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Mcp.Vault;

/// <summary>The tools about secrets, listed once, and what they share.</summary>
internal static class VaultTools
{
    /// <summary>The two arguments that say which secret.</summary>
    public const string Secret = """
        "vault": { "type": "string", "description": "Name of the key vault" },
        "name": { "type": "string", "description": "Name of the secret" }
        """;

    /// <summary>What is told of a secret.</summary>
    public const string Described = """
        "vault": { "type": "string" },
        "name": { "type": "string" },
        "version": { "type": "string" },
        "enabled": { "type": "boolean" },
        "created": { "type": "integer", "description": "Seconds since 1970" },
        "expires": { "type": "integer", "description": "Seconds since 1970" },
        "tags": { "type": "object", "additionalProperties": { "type": "string" } }
        """;

    private const string ApiVersion = "7.4";

    public static IServiceCollection AddVaultTools(this IServiceCollection services)
    {
        services.AddSingleton<IBrokerTool, ListSecrets>();
        services.AddSingleton<IBrokerTool, GetSecret>();
        services.AddSingleton<IBrokerTool, SetSecret>();
        services.AddSingleton<IBrokerTool, RotateSecret>();
        services.AddSingleton<IBrokerTool, CompareSecrets>();
        services.AddSingleton<IBrokerTool, SecretReaders>();
        return services;
    }

    /// <summary>The vault that an argument names.</summary>
    public static string Vault(ToolArguments arguments, string argument = "vault") => VaultName.TryParse(arguments.Text(argument), out var vault)
        ? vault.Value
        : throw arguments.Problem(argument, "must be a key vault's name, such as kv-payments-dev: 3 to 24 letters, digits and hyphens.");

    /// <summary>The secret that an argument names.</summary>
    public static string Name(ToolArguments arguments, string argument = "name") => SecretName.TryParse(arguments.Text(argument), out var name)
        ? name.Value
        : throw arguments.Problem(argument, "must be a secret's name, such as db-password: letters, digits and hyphens.");

    /// <summary>Reads a secret, in the form that is asked for.</summary>
    public static ApiCallRequest Get(string vault, string name, string reveal) =>
        ApiCallRequest.Get(ApiPath.OfVault("/{vault}/secrets/{secret}", vault, name), ("api-version", ApiVersion), ("x-broker-reveal", reveal));

    /// <summary>A page of a vault's secrets.</summary>
    public static ApiCallRequest List(string vault, string? page) =>
        ApiCallRequest.Get(ApiPath.OfVault("/{vault}/secrets", vault), ("api-version", ApiVersion), ("$skiptoken", page));

    /// <summary>Makes a new version.</summary>
    public static ApiCallRequest Set(string vault, string name, JsonObject body) => new(HttpMethod.Put, ApiPath.OfVault("/{vault}/secrets/{secret}", vault, name))
    {
        Query = [new("api-version", ApiVersion)],
        Body = body,
    };

    /// <summary>What is told of a secret in the vault's JSON.</summary>
    public static JsonObject Describe(string vault, JsonObject secret)
    {
        // https://HOST/secrets/NAME[/VERSION]
        var id = ((string?)secret["id"] ?? "").Split('/');
        var described = new JsonObject { ["vault"] = vault, ["name"] = id.Length > 4 ? id[4] : "" };
        if (id.Length > 5)
        {
            described["version"] = id[5];
        }

        Copy(secret["attributes"], "enabled", "enabled");
        Copy(secret["attributes"], "created", "created");
        Copy(secret["attributes"], "exp", "expires");
        if (secret["tags"] is JsonObject tags)
        {
            described["tags"] = tags.DeepClone();
        }

        return described;

        void Copy(JsonNode? from, string name, string to)
        {
            if (from?[name] is { } value)
            {
                described[to] = value.DeepClone();
            }
        }
    }
}
