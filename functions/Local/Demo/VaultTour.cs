using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Local.Hosting;

namespace CursorBroker.Local.Demo;

/// <summary>The part of the tour about a vault's secrets: a password was rotated, and a pipeline is given the new one by somebody who never sees it.</summary>
/// <param name="broker">The broker's URL.</param>
/// <param name="tokenOf">Somebody's token.</param>
internal sealed class VaultTour(Uri broker, Func<string, CancellationToken, Task<string>> tokenOf) : IDisposable
{
    private const string Vault = "kv-payments-dev";
    private const string Password = "db-password";
    private const string Pipeline = "DB_PASSWORD";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly StringBuilder _seen = new();
    private readonly string _rotated = $"rotated-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";

    public IEnumerable<DemoStep> Steps() =>
    [
        new("developer looks at the database's password", "its shape and fingerprint, and that the replica's is the same; no value", LooksAsync),
        new("developer asks for the value", "403: the policy gives the mask", AsksAsync),
        new("lead rotates the password; developer compares again", "the replica's is another one now", RotatesAsync),
        new("developer gives the pipeline the new password", "the broker seals it for GitHub Actions; nobody has seen it", UsesAsync),
        new("developer writes the placeholder into an issue", "refused with its place", MisplacesAsync),
        new("outsider asks for the vault", "not found, like a vault that is not there", OutsiderAsync),
    ];

    /// <summary>What is seen from inside alone.</summary>
    public IEnumerable<DemoStep> Inside(LocalBroker own) =>
    [
        new("the pipeline's secret, opened with the repository's key", "the vault's value, and nowhere in what the developer was answered", token => OpensAsync(own)),
    ];

    public void Dispose() => _client.Dispose();

    private async Task<DemoResult> LooksAsync(CancellationToken cancellationToken)
    {
        var (status, secret) = await SecretAsync("developer", Password, null, cancellationToken);
        var (_, replica) = await SecretAsync("developer", "db-replica-password", null, cancellationToken);
        var isSame = Tag(secret, "broker-fingerprint").Length > 0 && Tag(secret, "broker-fingerprint") == Tag(replica, "broker-fingerprint");
        return new DemoResult(
            status == HttpStatusCode.OK && isSame && Text(secret?["value"]).StartsWith("**", StringComparison.Ordinal), $"{Text(secret?["value"])}, {Tag(secret, "broker-length")} bytes, {(isSame ? "the same as" : "another than")} the replica's");
    }

    private async Task<DemoResult> AsksAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await SecretAsync("developer", Password, "value", cancellationToken);
        return new DemoResult(status == HttpStatusCode.Forbidden, $"{(int)status} {Text(body?["error"]?["message"])}");
    }

    private async Task<DemoResult> RotatesAsync(CancellationToken cancellationToken)
    {
        var (set, told) = await CallAsync("lead", "PUT", SecretPath(Password), new JsonObject { ["value"] = _rotated }, null, cancellationToken);
        var (_, secret) = await SecretAsync("developer", Password, null, cancellationToken);
        var (_, replica) = await SecretAsync("developer", "db-replica-password", null, cancellationToken);
        var differs = Tag(secret, "broker-fingerprint") != Tag(replica, "broker-fingerprint");
        return new DemoResult(set == HttpStatusCode.OK && differs, set == HttpStatusCode.OK ? $"rotated {Tag(secret, "broker-rotated")}; the replica's {(differs ? "differs" : "is the same")}" : $"{(int)set} {Text(told?["error"]?["message"])}");
    }

    private async Task<DemoResult> UsesAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync(
            "developer", "PUT", $"api/v3/repos/acme/payments-api/actions/secrets/{Pipeline}", new JsonObject { ["value"] = $"{{{{vault:{Vault}/{Password}}}}}" }, null, cancellationToken);
        return new DemoResult(status is HttpStatusCode.Created or HttpStatusCode.NoContent, string.Create(CultureInfo.InvariantCulture, $"{(int)status} {Text(body?["message"])}"));
    }

    private async Task<DemoResult> MisplacesAsync(CancellationToken cancellationToken)
    {
        var issue = new JsonObject { ["title"] = "The new password", ["body"] = $"It is {{{{vault:{Vault}/{Password}}}}}" };
        var (status, body) = await CallAsync("developer", "POST", "api/v3/repos/acme/payments-api/issues", issue, null, cancellationToken);
        return new DemoResult(status == HttpStatusCode.UnprocessableEntity && Text(body?["message"]).Contains("placeholder", StringComparison.Ordinal), $"{(int)status} {Text(body?["message"])}");
    }

    private async Task<DemoResult> OutsiderAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await SecretAsync("outsider", Password, null, cancellationToken);
        return new DemoResult(status == HttpStatusCode.NotFound, $"{(int)status} {Text(body?["error"]?["message"])}");
    }

    private Task<DemoResult> OpensAsync(LocalBroker own)
    {
        var repository = own.Sandbox!.GitHub.Repositories.First(static one => one is { Owner: "acme", Name: "payments-api" });
        var opened = own.Sandbox.GitHub.ActionsSecret(repository, Pipeline);
        var isTheVaults = opened is not null && opened == own.Sandbox.Vault.Value(Vault, Password);
        var wasSeen = opened is not null && _seen.ToString().Contains(opened, StringComparison.Ordinal);
        return Task.FromResult(new DemoResult(isTheVaults && !wasSeen, $"{(isTheVaults ? "the vault's value" : "another value")}; the developer {(wasSeen ? "saw it" : "never saw it")}"));
    }

    private static string SecretPath(string name) => $"vaults/{Vault}/secrets/{name}?api-version=7.4";

    private Task<(HttpStatusCode Status, JsonNode? Body)> SecretAsync(string who, string name, string? reveal, CancellationToken cancellationToken) => CallAsync(who, "GET", SecretPath(name), null, reveal, cancellationToken);

    private async Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(string who, string method, string path, JsonObject? body, string? reveal, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(broker, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokenOf(who, cancellationToken));
        if (reveal is not null)
        {
            request.Headers.Add("X-Broker-Reveal", reveal);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var answer = await _client.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        _ = who == "developer" ? _seen.AppendLine(text) : _seen;
        return (answer.StatusCode, text.Length == 0 ? null : Parse(text));
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // The step shows the status.
            return null;
        }
    }

    private static string Tag(JsonNode? secret, string name) => Text(secret?["tags"]?[name]);

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
