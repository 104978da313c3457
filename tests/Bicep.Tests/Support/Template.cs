using System.Text.Json.Nodes;

namespace CursorBroker.Bicep.Tests.Support;

/// <summary>The compiled template: all that could ever be deployed, conditions unresolved.</summary>
internal static class Template
{
    private static readonly Lazy<Task<string>> Json = new(static async () =>
    {
        var result = await BicepCli.RunAsync("build", "main.bicep", "--no-restore", "--stdout");
        return result is { ExitCode: 0, Error: "" } ? result.Output : throw new InvalidOperationException(result.Error);
    });

    public static Task<string> TextAsync() => Json.Value;

    public static async Task<JsonNode> RootAsync() => JsonNode.Parse(await TextAsync())!;

    /// <summary>The template and every template nested in it.</summary>
    public static IEnumerable<JsonNode> Templates(JsonNode root)
    {
        yield return root;
        foreach (var nested in Resources(root).Select(static resource => (resource["properties"] as JsonObject)?["template"]).OfType<JsonNode>().SelectMany(Templates))
        {
            yield return nested;
        }
    }

    /// <summary>A template's own resources, by symbol or in a list.</summary>
    public static IEnumerable<JsonNode> Resources(JsonNode template) => template["resources"] switch
    {
        JsonObject bySymbol => bySymbol.Select(static resource => resource.Value!),
        JsonArray list => list.Select(static resource => resource!),
        _ => [],
    };
}
