using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace CursorBroker.Local.Demo;

/// <summary>The part of the tour that goes over GitHub's API, as <c>gh</c> and Octokit do.</summary>
/// <param name="broker">The broker's URL.</param>
/// <param name="tokenOf">Somebody's token.</param>
internal sealed class ApiTour(Uri broker, Func<string, CancellationToken, Task<string>> tokenOf) : IDisposable
{
    private const string Repository = "repos/acme/payments-api";
    private const string FileWithSecrets = "contents/config/sandbox.json";
    private const string Branch = "cursor/example";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public IEnumerable<DemoStep> Steps() =>
    [
        new("developer reads a file over REST", "the file, with a token that can read contents and nothing else", ReadsAsync),
        new("developer reads a file with secrets over REST", "each secret masked, and the file still parses", ReadsSecretsAsync),
        new("developer writes that file back", "refused: a mask never becomes data", WritesMasksAsync),
        new("developer lists branches over REST", "those that the policy shows", ListsAsync),
        new("developer lists issues over GraphQL", "issues, with a token for issues", AsksAsync),
        new("developer writes a file to main over REST", "403 with a link; approved on the page, the same request passes, once", WritesAsync),
        new("developer renames a branch to one that nobody may push", "403: it is a push like any other", RenamesAsync),
        new("outsider reads the repository over REST", "Not Found", OutsiderReadsAsync),
    ];

    public void Dispose() => _client.Dispose();

    private async Task<DemoResult> ReadsAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("developer", "GET", $"{Repository}/contents/README.md", null, cancellationToken);
        return new DemoResult(status == HttpStatusCode.OK && Text(body?["path"]) == "README.md", $"{(int)status}, {Text(body?["path"])} of {body?["size"]} bytes");
    }

    private async Task<DemoResult> ReadsSecretsAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("developer", "GET", $"{Repository}/{FileWithSecrets}?ref={Branch}", null, cancellationToken);
        if (status != HttpStatusCode.OK)
        {
            return new DemoResult(false, $"{(int)status} {Text(body?["message"])}");
        }

        var file = JsonNode.Parse(Convert.FromBase64String(Text(body?["content"])));
        var secrets = new[] { Text(file?["cards"]?["apiKey"]), Text(file?["database"]), Text(file?["github"]?["token"]) };
        return new DemoResult(Array.TrueForAll(secrets, static secret => secret.Contains("**", StringComparison.Ordinal)) && Text(file?["cards"]?["retries"]) == "3", string.Join(", ", secrets));
    }

    private async Task<DemoResult> WritesMasksAsync(CancellationToken cancellationToken)
    {
        var (_, read) = await CallAsync("developer", "GET", $"{Repository}/{FileWithSecrets}?ref={Branch}", null, cancellationToken);
        var write = new JsonObject { ["message"] = "As it was read", ["content"] = Text(read?["content"]), ["sha"] = Text(read?["sha"]), ["branch"] = Branch };
        var (status, told) = await CallAsync("developer", "PUT", $"{Repository}/{FileWithSecrets}", write, cancellationToken);
        return new DemoResult((int)status is >= 400 and < 500 && Text(told?["message"]).Contains("mask", StringComparison.Ordinal), $"{(int)status} {Text(told?["message"])}");
    }

    private async Task<DemoResult> ListsAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("developer", "GET", $"{Repository}/branches", null, cancellationToken);
        var names = (body as JsonArray ?? []).Select(static branch => Text(branch?["name"])).ToList();
        return new DemoResult(
            status == HttpStatusCode.OK && names.Contains("main") && !names.Exists(static name => name.StartsWith("feature/", StringComparison.Ordinal)), string.Join(", ", names));
    }

    private async Task<DemoResult> AsksAsync(CancellationToken cancellationToken)
    {
        var query = new JsonObject { ["query"] = """{ repository(owner: "acme", name: "payments-api") { issues(first: 1) { totalCount } } }""" };
        var (status, body) = await CallAsync("developer", "POST", "../graphql", query, cancellationToken);
        var count = body?["data"]?["repository"]?["issues"]?["totalCount"];
        return new DemoResult(status == HttpStatusCode.OK && count is not null, $"{count} issues");
    }

    private async Task<DemoResult> WritesAsync(CancellationToken cancellationToken)
    {
        var write = new JsonObject { ["message"] = "Written over REST", ["content"] = Convert.ToBase64String("over REST\n"u8), ["branch"] = "main" };
        var (waits, told) = await CallAsync("developer", "PUT", $"{Repository}/contents/rest.txt", write, cancellationToken);
        if (waits != HttpStatusCode.Forbidden || told?["approval"]?["url"] is not { } link)
        {
            return new DemoResult(false, $"{(int)waits} {Text(told?["message"])}");
        }

        using (var lead = new PageVisitor())
        {
            await lead.DecideAsync("lead", new Uri(Text(link)), "approve", "Looks right", cancellationToken);
        }

        var (passes, _) = await CallAsync("developer", "PUT", $"{Repository}/contents/rest.txt", write, cancellationToken);
        var (again, _) = await CallAsync("developer", "PUT", $"{Repository}/contents/rest.txt", write, cancellationToken);
        return new DemoResult(passes == HttpStatusCode.Created && again != HttpStatusCode.Created, $"{(int)waits} waits, {(int)passes} once approved, {(int)again} a second time");
    }

    private async Task<DemoResult> RenamesAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("developer", "POST", $"{Repository}/branches/cursor%2Ffix-42/rename", new JsonObject { ["new_name"] = "hotfix" }, cancellationToken);
        return new DemoResult(status == HttpStatusCode.Forbidden, $"{(int)status} {Text(body?["message"])}");
    }

    private async Task<DemoResult> OutsiderReadsAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("outsider", "GET", Repository, null, cancellationToken);
        return new DemoResult(status == HttpStatusCode.NotFound && Text(body?["message"]) == "Not Found", $"{(int)status} {Text(body?["message"])}");
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(string who, string method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(broker, "/api/v3/"), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokenOf(who, cancellationToken));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var answer = await _client.SendAsync(request, cancellationToken);
        return (answer.StatusCode, await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken));
    }

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
