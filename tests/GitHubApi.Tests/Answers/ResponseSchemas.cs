using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CursorBroker.GitHubApi.Tests.Answers;

/// <summary>
/// The schemas of GitHub's answers, from its OpenAPI 3.0 description, as JSON Schema: <c>nullable</c> becomes a type, and what stands
/// beside a reference does not count. Formats and what only explains is left out.
/// </summary>
internal sealed class ResponseSchemas
{
    private const string References = "#/components/schemas/";

    private readonly JsonNode _description;

    private ResponseSchemas(JsonNode description) => _description = description;

    public static async Task<ResponseSchemas> ReadAsync()
    {
        await using var stream = File.OpenRead(await OpenApiDescription.FileAsync());
        return new ResponseSchemas((await JsonNode.ParseAsync(stream))!);
    }

    /// <summary>What is wrong with an answer, a line each; nothing when it is as GitHub describes it.</summary>
    /// <param name="operation">Method and template: <c>GET /repos/{owner}/{repo}</c>.</param>
    /// <param name="status">The answer's status, which the description must know.</param>
    /// <param name="answer">The answer's body.</param>
    /// <param name="media">The media type that the description lists it under.</param>
    public IReadOnlyList<string> Errors(string operation, int status, JsonElement answer, string media = "application/json")
    {
        var (method, template) = (operation.Split(' ')[0].ToLowerInvariant(), operation.Split(' ')[1]);
        var response = _description["paths"]?[template]?[method]?["responses"]?[status.ToString(CultureInfo.InvariantCulture)]
            ?? throw new ArgumentException($"GitHub describes no {status} of {operation}.", nameof(operation));
        if ((string?)response["$ref"] is { } shared)
        {
            response = _description["components"]!["responses"]![shared.Split('/')[^1]]!;
        }

        var root = response["content"]?[media]?["schema"] ?? throw new ArgumentException($"GitHub describes no body of {operation}.", nameof(operation));
        var definitions = new JsonObject();
        var schema = Converted(root, definitions);
        schema["$defs"] = definitions;
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(answer, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. result.Details!.Where(static detail => detail.Errors is not null)
                .SelectMany(static detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))
                .Where(static line => !line.Contains("false schema", StringComparison.Ordinal)).Distinct()];
    }

    private JsonObject Converted(JsonNode schema, JsonObject definitions)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            var name = reference[References.Length..];
            if (!definitions.ContainsKey(name))
            {
                // Put there first: schemas may go round in circles.
                definitions[name] = new JsonObject();
                definitions[name] = Converted(_description["components"]!["schemas"]![name]!, definitions);
            }

            return new JsonObject { ["$ref"] = "#/$defs/" + name };
        }

        var converted = new JsonObject();
        foreach (var (key, value) in schema.AsObject())
        {
            switch (key)
            {
                case "type" or "required" or "enum" or "minimum" or "maximum" or "minLength" or "maxLength" or "pattern" or "minItems" or "maxItems" or "uniqueItems":
                    converted[key] = value!.DeepClone();
                    break;
                case "properties":
                    converted[key] = new JsonObject(value!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Converted(pair.Value!, definitions))));
                    break;
                case "items" or "not":
                    converted[key] = Converted(value!, definitions);
                    break;
                case "additionalProperties":
                    converted[key] = value is JsonObject ? Converted(value, definitions) : value!.DeepClone();
                    break;
                case "allOf" or "anyOf":
                    converted[key] = new JsonArray([.. value!.AsArray().Select(one => (JsonNode?)Converted(one!, definitions))]);
                    break;
                case "oneOf":
                    // GitHub's alternatives overlap (a string, or a string that is a date); one of them is what is meant.
                    converted["anyOf"] = new JsonArray([.. value!.AsArray().Select(one => (JsonNode?)Converted(one!, definitions))]);
                    break;
            }
        }

        return (bool?)schema["nullable"] == true ? new JsonObject { ["anyOf"] = new JsonArray(converted, new JsonObject { ["type"] = "null" }) } : converted;
    }
}
