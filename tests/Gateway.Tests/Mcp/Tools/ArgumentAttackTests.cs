using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Tools;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

/// <summary>
/// Text in arguments that wants to be another path, another query or another header. Every argument of every tool is filled with it: either it is refused before anything is sent, or
/// what is sent is the same route with the text as a value in it.
/// </summary>
[TestClass]
public sealed class ArgumentAttackTests
{
    private static readonly string[] Hostile =
    [
        "../../../user", "..", "a/../../b", "%2e%2e/%2e%2e", "%2e%2e%2fuser", "a%2f..%2f..", "a?per_page=100", "a?ref=hidden", "a#fragment", "a&ref=hidden", "a\r\nX-Injected: yes", "a\nb", "a\0b",
        "/api/v3/user", "//evil.example/x", "acme/other", "https://evil.example/", "a;b", "a\\..\\b", "\ud800", "--force", "-x", "0123456789012345678901234567890123456789", "refs/heads/hidden",
        "${jndi:x}", "{path}", "a\") { viewer { login } } #", "HEAD", "@", ".git", "a.lock", "",
    ];

    [TestMethod]
    public async Task EveryTextArgument_OfEveryTool_StaysAValue()
    {
        var (sent, refused) = (0, 0);
        foreach (var definition in GitHubTools.All().Select(static tool => tool.Definition))
        {
            foreach (var property in definition.InputSchema.GetProperty("properties").EnumerateObject())
            {
                if (property.Value.TryGetProperty("enum", out _) || property.Value.GetProperty("type").ToString() is not ("string" or "array"))
                {
                    continue;
                }

                foreach (var text in Hostile)
                {
                    foreach (var method in Methods(definition.InputSchema))
                    {
                        var plain = await RoutesAsync(definition.Name, method, null, null);
                        Assert.IsNotNull(plain, $"{definition.Name} {method} is refused whatever it is asked, so that nothing was tried.");
                        var tried = await RoutesAsync(definition.Name, method, property.Name, text);
                        if (tried is null)
                        {
                            refused++;
                            continue;
                        }

                        sent++;
                        foreach (var (line, route) in tried)
                        {
                            Assert.IsTrue(IsClean(line), $"{definition.Name} {method}, {property.Name} = {JsonSerializer.Serialize(text)}: {line}");
                            CollectionAssert.Contains(Known, route, $"{definition.Name} {method}, {property.Name} = {JsonSerializer.Serialize(text)}: {line} (was {string.Join(", ", plain.Select(static one => one.Route))})");
                        }
                    }
                }
            }
        }

        Assert.IsGreaterThan(500, sent);
        Assert.IsGreaterThan(500, refused);
    }

    // The routes that tools have, by their numbers of segments: what is one segment in the template is one segment in what is sent.
    private static readonly string[] Known =
    [
        "POST /api/graphql", "GET /api/v3/user", "GET /api/v3/search/code", "GET /api/v3/search/issues",
        .. new[]
        {
            "GET ", "GET branches", "GET tags", "GET commits", "GET commits *", "GET commits * status", "GET commits * check-runs", "GET git ref *", "POST git refs", "GET git trees *", "GET contents",
            "GET contents **", "PUT contents **", "DELETE contents **", "GET issues *", "GET issues * comments", "GET issues * sub_issues", "GET issues * parent", "GET issues * labels", "POST issues", "PATCH issues *",
            "POST issues * comments", "POST issues * reactions", "GET issues comments *", "POST issues comments * reactions", "GET pulls", "GET pulls *", "GET pulls * files", "GET pulls * commits", "GET pulls * reviews",
            "POST pulls", "PATCH pulls *", "PUT pulls * merge", "POST pulls * reviews", "DELETE pulls * reviews *", "POST pulls * reviews * events", "POST pulls * requested_reviewers", "GET actions workflows",
            "GET actions runs", "GET actions workflows * runs", "GET actions runs * jobs", "GET actions runs * artifacts", "GET actions jobs * logs",
        }.Select(static route => $"{route.Split(' ')[0]} /api/v3/repos/*/*{string.Concat(route.Split(' ')[1..].Where(static part => part.Length > 0).Select(static part => "/" + part))}"),
    ];

    private static bool IsClean(string line) => line.Count(static one => one is ' ') == 1 && line.Count(static one => one == '?') <= 1 && line.All(static one => one is > ' ' and < '\u007f' or ' ')
        && !line.Contains('#', StringComparison.Ordinal) && !line.Contains("/../", StringComparison.Ordinal) && !line.Contains("%2E%2E/", StringComparison.OrdinalIgnoreCase) && !line.Contains("//", StringComparison.Ordinal);

    private static IEnumerable<string?> Methods(JsonElement schema) => schema.GetProperty("properties").TryGetProperty("method", out var method)
        ? method.GetProperty("enum").EnumerateArray().Select(static one => one.GetString())
        : [null];

    /// <summary>What a tool sends; null when it refuses its arguments first.</summary>
    private static async Task<List<(string Line, string Route)>?> RoutesAsync(string name, string? method, string? hostile, string? text)
    {
        var tool = GitHubTools.All().Single(tool => tool.Definition.Name == name);
        var arguments = new JsonObject();
        foreach (var property in tool.Definition.InputSchema.GetProperty("properties").EnumerateObject())
        {
            arguments[property.Name] = property.Name == hostile ? Filled(property.Value, text!) : Usual(property, method, IsRequired(tool, property.Name));
        }

        foreach (var (one, other) in Exclusive)
        {
            if (arguments.ContainsKey(one) && one != hostile)
            {
                arguments.Remove(arguments.ContainsKey(other) ? one : "");
            }
        }

        var api = new GenerousApi();
        var call = new ToolCall
        {
            Arguments = Read(tool, arguments),
            Api = api,
            Turn = null!,
            Resuming = null!,
            Progress = null!,
            Performing = async (change, stop) => await api.SendAsync(change, stop) is { } answer ? tool.Finish(change, answer) : null!,
        };
        try
        {
            await tool.RunAsync(call, CancellationToken.None);
        }
        catch (ToolArgumentException)
        {
            return api.Sent.Count == 0 ? null : [.. api.Sent.Select(static each => ($"{each.Method} {each.Target}", GenerousApi.RouteOf(each)))];
        }

        return [.. api.Sent.Select(static each => ($"{each.Method} {each.Target}", GenerousApi.RouteOf(each)))];
    }

    // Of arguments that exclude each other the first is left out.
    private static readonly (string, string)[] Exclusive = [("draft", "title"), ("reviewers", "title"), ("reaction", "body"), ("comment_id", "body"), ("before_line", "run_id"), ("failed_only", "job_id"), ("delete", "files")];

    private static ToolArguments Read(IBrokerTool tool, JsonObject arguments) => ToolArguments.For(
        tool.Definition.InputSchema,
        JsonSerializer.Deserialize<JsonElement>(arguments.Where(static each => each.Value is not null).Aggregate(new JsonObject(), static (all, each) =>
        {
            all[each.Key] = each.Value!.DeepClone();
            return all;
        })).EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value)));

    private static JsonNode Filled(JsonElement schema, string text) => schema.GetProperty("type").GetString() == "string" ? text
        : schema.GetProperty("items").GetProperty("type").GetString() == "string" ? new JsonArray(text)
        : new JsonArray(new JsonObject { ["path"] = text, ["content"] = text });

    private static bool IsRequired(IBrokerTool tool, string name) => tool.Definition.InputSchema.GetProperty("required").EnumerateArray().Any(each => each.GetString() == name);

    private static JsonNode? Usual(JsonProperty property, string? method, bool isRequired) => property.Name switch
    {
        "method" => method,
        "resource_id" => method == "list_workflows" ? null : "5",
        "issue_number" when method == "create" => null,
        "state" or "state_reason" or "fields" or "page" or "perPage" or "per_page" or "after" or "since" or "until" or "return_content" or "workflow_runs_filter" or "workflow_jobs_filter" => null,
        "files" => new JsonArray(new JsonObject { ["path"] = "a", ["content"] = "x" }),
        "owner" => "acme",
        "ref" or "sha" => isRequired ? "abc" : null,
        _ when property.Value.TryGetProperty("enum", out var choices) => choices[0].GetString(),
        _ => property.Value.GetProperty("type").GetString() switch { "integer" => 1000, "boolean" => true, "string" => "abc", _ => null },
    };
}
