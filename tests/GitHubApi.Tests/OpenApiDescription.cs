using System.Collections.Immutable;
using System.Text.Json;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>GitHub's own OpenAPI description of its REST API, from npm: <c>@octokit/openapi</c>, of which only github.com's file is kept.</summary>
internal static class OpenApiDescription
{
    public const string Version = "23.0.2";

    private static readonly Lazy<Task<string>> Kept = new(static () => NpmPackage.FileAsync("@octokit/openapi", Version, "generated/api.github.com.json"));
    private static readonly Lazy<Task<ImmutableArray<ApiOperation>>> Read = new(ReadAsync);

    /// <summary>Where its file is; the first call fetches the package.</summary>
    public static Task<string> FileAsync() => Kept.Value;

    /// <summary>Its operations; the first call fetches the package.</summary>
    public static Task<ImmutableArray<ApiOperation>> OperationsAsync() => Read.Value;

    private static async Task<ImmutableArray<ApiOperation>> ReadAsync()
    {
        await using var stream = File.OpenRead(await FileAsync());
        using var document = await JsonDocument.ParseAsync(stream);
        return [.. Operations(document.RootElement)];
    }

    private static IEnumerable<ApiOperation> Operations(JsonElement description)
    {
        foreach (var path in description.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(static item => item.Name is "get" or "put" or "post" or "patch" or "delete"))
            {
                var parameters = Parameters(description, path.Value).Concat(Parameters(description, operation.Value)).ToArray();
                yield return new ApiOperation(operation.Name.ToUpperInvariant(), path.Name)
                {
                    IsForApps = operation.Value.GetProperty("x-github").TryGetProperty("enabledForGitHubApps", out var isForApps) && isForApps.GetBoolean(),
                    Query = Names(parameters, "query", static _ => true),
                    Numbers = Names(parameters, "path", parameter => Resolved(description, parameter.GetProperty("schema")).TryGetProperty("type", out var type) && type.ValueEquals("integer")),
                    Answers = AnswerMembers.Of(description, operation.Value),
                    MultiSegment = Names(parameters, "path", static parameter => parameter.TryGetProperty("x-multi-segment", out var multi) && multi.GetBoolean()),
                };
            }
        }
    }

    private static ImmutableArray<string> Names(IEnumerable<JsonElement> parameters, string place, Func<JsonElement, bool> choose) =>
        [.. parameters.Where(parameter => parameter.GetProperty("in").ValueEquals(place) && choose(parameter)).Select(static parameter => parameter.GetProperty("name").GetString()!)];

    private static IEnumerable<JsonElement> Parameters(JsonElement description, JsonElement holder) =>
        holder.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(parameter => Resolved(description, parameter)) : [];

    /// <summary>What a reference leads to; anything else as it is.</summary>
    public static JsonElement Resolved(JsonElement description, JsonElement element) => element.TryGetProperty("$ref", out var reference)
        ? Resolved(description, reference.GetString()!.Split('/')[1..].Aggregate(description, static (at, name) => at.GetProperty(name)))
        : element;
}
