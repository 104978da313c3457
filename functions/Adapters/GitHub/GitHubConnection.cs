using System.Text.Json;
using Octokit;
using Octokit.Internal;

namespace CursorBroker.Adapters.GitHub;

/// <summary>
/// Calls to GitHub's REST API through Octokit's connection, as values: a status that Octokit would throw for is an answer like any other.
/// </summary>
internal sealed class GitHubConnection(GitHubOptions options, HttpMessageInvoker http, TimeProvider time)
{
    private static readonly ProductHeaderValue Product = new("CursorBroker");
    private static readonly GitHubJson Json = new();

    /// <summary>GET.</summary>
    public Task<GitHubAnswer> GetAsync(string path, string token, CancellationToken cancellationToken) =>
        CallAsync(token, GitHubExchange.MaxAnswerBytes, connection => connection.Get<JsonElement>(Relative(path), new Dictionary<string, string>()), cancellationToken);

    /// <summary>GET of one page of a list, whether GitHub writes it as an array or as an object around one.</summary>
    public Task<GitHubAnswer> GetPageAsync(string path, string token, CancellationToken cancellationToken) => CallAsync(
        token, GitHubExchange.MaxPageBytes, connection => connection.Get<JsonElement>(Relative(path), new Dictionary<string, string>()), cancellationToken, mayBeArray: true);

    /// <summary>POST of a JSON body; a larger answer than that many bytes is none.</summary>
    public Task<GitHubAnswer> PostAsync(string path, object body, string token, int maxAnswerBytes, CancellationToken cancellationToken) =>
        CallAsync(
            token,
            maxAnswerBytes,
            connection => connection.Post<JsonElement>(Relative(path), body, GitHubExchange.MediaType, "application/json", CancellationToken.None),
            cancellationToken);

    /// <summary>DELETE without a body.</summary>
    public Task<GitHubAnswer> DeleteAsync(string path, string token, CancellationToken cancellationToken) =>
        CallAsync(
            token,
            GitHubExchange.MaxAnswerBytes,
            async connection =>
            {
                await connection.Delete(Relative(path));
                return null;
            },
            cancellationToken);

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private async Task<GitHubAnswer> CallAsync(
        string token, int maxAnswerBytes, Func<Connection, Task<IApiResponse<JsonElement>?>> call, CancellationToken cancellationToken, bool mayBeArray = false)
    {
        // Light objects: what is costly, the HTTP connections, is shared in the invoker.
        var exchange = new GitHubExchange(http, options.Timeout, maxAnswerBytes, time, cancellationToken);
        var credentials = new InMemoryCredentialStore(new Octokit.Credentials(token, AuthenticationType.Bearer));
        var connection = new Connection(Product, options.Api, credentials, exchange, Json);
        try
        {
            var response = await call(connection);
            var answer = exchange.Answer;
            return response is null ? answer
                : response.Body.ValueKind == JsonValueKind.Object || (mayBeArray && response.Body.ValueKind == JsonValueKind.Array) ? answer with { Json = response.Body }
                : answer with { Problem = $"GitHub's answer is not a JSON object{(mayBeArray ? " or array" : "")}" };
        }
        catch (ApiException)
        {
            // The status says it all, and the exchange has it.
            return exchange.Answer;
        }
        catch (JsonException)
        {
            return exchange.Answer with { Problem = "GitHub's answer is not valid JSON" };
        }
        catch (NoAnswerException e)
        {
            return GitHubAnswer.None(e.Message);
        }
    }
}
