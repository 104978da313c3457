using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace CursorBroker.GitHubApi.Tests;

/// <summary>GitHub's own OpenAPI description of its REST API, from npm: <c>@octokit/openapi</c>, of which only github.com's file is kept.</summary>
internal static class OpenApiDescription
{
    public const string Version = "23.0.2";

    private const string File = "package/generated/api.github.com.json";

    private static readonly Lazy<Task<string>> Kept = new(KeepAsync);
    private static readonly Lazy<Task<ImmutableArray<ApiOperation>>> Read = new(ReadAsync);

    /// <summary>Where its file is; the first call fetches the package.</summary>
    public static Task<string> FileAsync() => Kept.Value;

    /// <summary>Its operations; the first call fetches the package.</summary>
    public static Task<ImmutableArray<ApiOperation>> OperationsAsync() => Read.Value;

    private static async Task<string> KeepAsync()
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"octokit-openapi-{Version}.json");
        if (!System.IO.File.Exists(path))
        {
            await FetchAsync(path);
        }

        return path;
    }

    private static async Task<ImmutableArray<ApiOperation>> ReadAsync()
    {
        await using var stream = System.IO.File.OpenRead(await FileAsync());
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
                    MultiSegment = Names(parameters, "path", static parameter => parameter.TryGetProperty("x-multi-segment", out var multi) && multi.GetBoolean()),
                };
            }
        }
    }

    private static ImmutableArray<string> Names(IEnumerable<JsonElement> parameters, string place, Func<JsonElement, bool> choose) =>
        [.. parameters.Where(parameter => parameter.GetProperty("in").ValueEquals(place) && choose(parameter)).Select(static parameter => parameter.GetProperty("name").GetString()!)];

    private static IEnumerable<JsonElement> Parameters(JsonElement description, JsonElement holder) =>
        holder.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(parameter => Resolved(description, parameter)) : [];

    private static JsonElement Resolved(JsonElement description, JsonElement element) => element.TryGetProperty("$ref", out var reference)
        ? Resolved(description, reference.GetString()!.Split('/')[1..].Aggregate(description, static (at, name) => at.GetProperty(name)))
        : element;

    private static async Task FetchAsync(string path)
    {
        var directory = Directory.CreateTempSubdirectory("octokit-openapi-");
        try
        {
            await PackAsync(directory.FullName);
            await using var package = System.IO.File.OpenRead(directory.GetFiles("*.tgz").Single().FullName);
            await using var tar = new TarReader(new GZipStream(package, CompressionMode.Decompress));
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                if (entry.Name == File)
                {
                    await entry.ExtractToFileAsync(path + ".part", overwrite: true);
                    System.IO.File.Move(path + ".part", path, overwrite: true);
                    return;
                }
            }

            throw new InvalidOperationException($"@octokit/openapi@{Version} holds no {File}.");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task PackAsync(string directory)
    {
        var start = new ProcessStartInfo("npm", ["pack", "--loglevel", "error", "--pack-destination", directory, $"@octokit/openapi@{Version}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var npm = Process.Start(start)!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm could not fetch @octokit/openapi@{Version} (exit code {npm.ExitCode}): {errors}{await output}");
            }
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"These tests read GitHub's OpenAPI description from npm, which cannot be started ({missing.Message}). Install Node.js, or run the other tests with CursorBroker.Local.slnf.", missing);
        }
    }
}
