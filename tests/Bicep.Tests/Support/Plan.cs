using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace CursorBroker.Bicep.Tests.Support;

/// <summary>
/// What a deployment with certain parameters would make, as the compiler foretells it: every resource, loops and conditions resolved. What only Azure
/// knows (an address, an identity's id) stands in it as an expression in brackets.
/// </summary>
internal sealed class Plan
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Plan>>> Made = new();

    private Plan(JsonNode snapshot)
    {
        Resources = [.. snapshot["predictedResources"]!.AsArray().Select(static node => new PlannedResource(node!))];
        Outputs = snapshot["outputs"]!.AsObject().ToDictionary(static output => output.Key, static output => output.Value!.ToString());
    }

    public IReadOnlyList<PlannedResource> Resources { get; }

    public IReadOnlyDictionary<string, string> Outputs { get; }

    /// <summary>The plan of an example, as committed; <c>SnapshotTests</c> holds it to the files.</summary>
    public static Plan Of(string example) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Bicep, "examples", $"{example}.snapshot.json")))!);

    /// <summary>The plan for the least parameters and these; throws what the compiler says when there is none.</summary>
    public static Task<Plan> WithAsync(params string[] parameters) =>
        Made.GetOrAdd(string.Join('\n', parameters), _ => new Lazy<Task<Plan>>(() => MakeAsync(parameters))).Value;

    public IEnumerable<PlannedResource> All(string type) => Resources.Where(resource => resource.Type == type);

    public PlannedResource One(string type) => All(type).Single();

    /// <summary>The app's settings.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        One("Microsoft.Web/sites/config").Properties.AsObject().ToDictionary(static setting => setting.Key, static setting => setting.Value!.GetValue<string>());

    private static async Task<Plan> MakeAsync(string[] parameters)
    {
        // In the build's own output: a parameter file names the template by a relative path.
        var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "plans", Guid.NewGuid().ToString("N")));
        try
        {
            var file = Path.Combine(directory.FullName, "x.bicepparam");
            var main = Path.GetRelativePath(directory.FullName, Path.Combine(Repository.Bicep, "main.bicep")).Replace('\\', '/');
            string[] least = ["param location = 'westeurope'", "param githubAppId = '1'", "param signInClientId = '2'"];
            await File.WriteAllLinesAsync(file, [$"using '{main}'", .. least, .. parameters.Select(static parameter => $"param {parameter}")]);
            var result = await BicepCli.RunAsync(["snapshot", file, "--mode", "overwrite", .. BicepCli.Context]);
            return result.ExitCode == 0 && result.Error.Length == 0
                ? new Plan(JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(file, ".snapshot.json")))!)
                : throw new InvalidOperationException(result.Output + result.Error);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}

/// <summary>A resource of a plan.</summary>
internal sealed record PlannedResource(JsonNode Node)
{
    public string Id => Node["id"]!.GetValue<string>();

    public string Type => Node["type"]!.GetValue<string>();

    public string Name => Node["name"]!.GetValue<string>();

    public JsonNode Properties => Node["properties"]!;

    /// <summary>A property by its path, such as <c>networkAcls.defaultAction</c>; null when there is none.</summary>
    public string? this[string path] => path.Split('.').Aggregate((JsonNode?)Properties, static (node, name) => node?[name])?.ToString();
}
