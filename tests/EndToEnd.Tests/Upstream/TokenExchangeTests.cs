using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Upstream;

/// <summary>Tokens for callers themselves, used past the broker and by GitHub's own log.</summary>
[TestClass]
public sealed class TokenExchangeTests
{
    private const string Policy = """
        version: 1
        rules:
          - { id: ci, who: { groups: [payments-dev] }, repositories: [acme/payments-api], allow: { contents: read }, lifetime: 10m, exchange: true }
          - { id: brief, who: { groups: [payments-dev] }, repositories: [acme/payments-web], allow: { contents: read }, lifetime: 1s, exchange: true }
        """;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Exchange_ForReal_OpensOneRepositoryPastTheBrokerAndEndsWhenItWasPromised()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policy);
        using var client = new HttpClient();

        var token = await ExchangeAsync(world, client, "developer", "acme/payments-api");
        Assert.AreEqual(HttpStatusCode.OK, await ReadAsync(world, client, token, "acme/payments-api"));
        Assert.AreNotEqual(HttpStatusCode.OK, await ReadAsync(world, client, token, "acme/payments-web"));

        await ExchangeAsync(world, client, "developer", "acme/payments-web");
        await Eventually.TrueAsync(
            () => world.GitHub.Tokens.Entries.Single(static minted => minted.Repositories.Single().EndsWith("web", StringComparison.Ordinal)).RevokedAt is not null,
            "the brief one is revoked",
            TestContext.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await world.EventsAsync(TestContext.CancellationToken)).OfType<CredentialRevoked>().Any(static revoked => revoked is { Why: "exchange-over", Confirmed: true }),
            "its end is recorded",
            TestContext.CancellationToken);
        Assert.HasCount(2, (await world.EventsAsync(TestContext.CancellationToken)).OfType<TokenExchanged>());

        await world.StopAsync();
        var kept = world.GitHub.Tokens.Entries.Single(static minted => minted.Repositories.Single().EndsWith("api", StringComparison.Ordinal));
        Assert.IsNull(kept.RevokedAt, "it was promised ten minutes, and the broker that stops may be one of many");
    }

    [TestMethod]
    public async Task Exchange_ByWhomNoRuleCovers_IsToldNothing()
    {
        await using var world = await World.StartAsync(TestContext.CancellationToken, Policy);
        using var client = new HttpClient();

        using var answer = await PostAsync(world, client, "outsider", "acme/payments-api");

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"invalid_target\"", await answer.Content.ReadAsStringAsync(TestContext.CancellationToken));
        Assert.IsEmpty(world.GitHub.Tokens.Entries);
    }

    private async Task<string> ExchangeAsync(World world, HttpClient client, string who, string repository)
    {
        using var answer = await PostAsync(world, client, who, repository);
        var text = await answer.Content.ReadAsStringAsync(TestContext.CancellationToken);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    private async Task<HttpResponseMessage> PostAsync(World world, HttpClient client, string who, string repository)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = await world.TokenAsync(who, TestContext.CancellationToken),
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
            ["resource"] = repository,
            ["scope"] = "contents:read",
        });
        return await client.PostAsync(new Uri($"{world.Url}/token"), form, TestContext.CancellationToken);
    }

    private async Task<HttpStatusCode> ReadAsync(World world, HttpClient client, string token, string repository)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Sandbox.GitHubApi, $"repos/{repository}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.UserAgent.ParseAdd("test");
        using var answer = await client.SendAsync(request, TestContext.CancellationToken);
        return answer.StatusCode;
    }
}
