using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;
using CursorBroker.Local.Hosting;
using CursorBroker.Sandbox;
using Microsoft.AspNetCore.WebUtilities;

namespace CursorBroker.Clients.Tests;

/// <summary>Another provider than the sandbox's, as a company has it: through it to the broker's tokens, with other keys, another clock, and while it is out.</summary>
[TestClass]
public sealed class CompanyProviderTests : IDisposable
{
    private const string Redirect = "http://127.0.0.1:9/callback";

    private readonly string _verifier = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private string _client = "";

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _http.Dispose();

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task Provider_WithOtherKeys_AnotherClock_AndWhileItIsOut()
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-company-");
        await using var company = new Company(directory.CreateSubdirectory("company").FullName);
        await company.InstallAsync(TestContext.CancellationToken);
        await using var sandbox = await SandboxWorld.StartAsync(new SandboxOptions { DataDirectory = directory.CreateSubdirectory("sandbox").FullName }, TestContext.CancellationToken);
        await using var broker = await BrokerProcess.StartAsync(
            directory.FullName, sandbox, "", TestContext.CancellationToken, policyText: Policy(company),
            settings: new() { [SignInSettings.IssuerVariable] = company.Issuer.AbsoluteUri.TrimEnd('/'), [SignInSettings.ClientIdVariable] = "broker" });
        var address = new Uri(broker.Url);
        _http.BaseAddress = address;
        await company.StartAsync(address, "first", TimeSpan.Zero, TestContext.CancellationToken);
        var registered = await _http.PostAsJsonAsync("/oauth/register", new { client_name = "A test", redirect_uris = new[] { Redirect } }, TestContext.CancellationToken);
        _client = (await JsonOf(registered)).GetProperty("client_id").GetString()!;

        // Through it, and what the broker makes of what it says.
        var tokens = await TokensAsync();
        Assert.AreEqual(HttpStatusCode.OK, await ReadsAsync(tokens), broker.Errors);

        // At the next refresh it says something else.
        company.SetGroups();
        tokens = await JsonOf(await RefreshAsync(tokens));
        Assert.AreEqual(HttpStatusCode.NotFound, await ReadsAsync(tokens));
        company.SetGroups("payments-dev");
        tokens = await JsonOf(await RefreshAsync(tokens));
        Assert.AreEqual(HttpStatusCode.OK, await ReadsAsync(tokens));

        // While it is out: what was given counts, nothing is given, nothing is used up.
        await company.StopAsync();
        Assert.AreEqual(HttpStatusCode.OK, await ReadsAsync(tokens));
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await RefreshAsync(tokens)).StatusCode);

        // It comes back with other keys, and knows nobody any more: its no ends the sign-in.
        await company.StartAsync(address, "second", TimeSpan.Zero, TestContext.CancellationToken);
        Assert.AreEqual("invalid_grant", (await JsonOf(await RefreshAsync(tokens))).GetProperty("error").GetString());

        // With the other keys people sign in again; the first try is what tells the broker of them.
        Assert.AreEqual(HttpStatusCode.OK, await ReadsAsync(await CodeAsync() is { } code ? await RedeemAsync(code) : await TokensAsync()));

        // Clocks that differ by a little do not matter.
        foreach (var seconds in new[] { 30, -30 })
        {
            await company.StartAsync(address, "second", TimeSpan.FromSeconds(seconds), TestContext.CancellationToken);
            Assert.AreEqual(HttpStatusCode.OK, await ReadsAsync(await TokensAsync()));
        }
    }

    private static string Policy(Company company) => $$"""
        version: 1
        issuers:
          - issuer: {{company.Issuer.AbsoluteUri.TrimEnd('/')}}
            audiences: [nobody-else]
            groups: { claim: groups }
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write }
        """;

    private async Task<JsonElement> TokensAsync() => await RedeemAsync(await CodeAsync() ?? throw new AssertFailedException("Nobody could sign in."));

    /// <summary>Signs in and agrees; the code, or null when the provider's answer is not taken.</summary>
    private async Task<string?> CodeAsync()
    {
        using var browser = new PageVisitor();
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)));
        var ask = QueryHelpers.AddQueryString("/oauth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = _client,
            ["redirect_uri"] = Redirect,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
            ["state"] = "s",
        });
        var page = await browser.OpenAsync(new Uri(_http.BaseAddress!, ask), TestContext.CancellationToken);
        page = await browser.SubmitAsync(page, page.FormWith("name=\"login\"")!, TestContext.CancellationToken, KeyValuePair.Create("login", "dana"), KeyValuePair.Create("password", "x"));
        page = await browser.SubmitAsync(page, page.FormWith("value=\"consent\"")!, TestContext.CancellationToken);
        if (page.FormWith("name=\"answer\"") is not { } question)
        {
            return null;
        }

        var back = await browser.SubmitAsync(page, question, TestContext.CancellationToken, KeyValuePair.Create("answer", "yes"));
        return QueryHelpers.ParseQuery(new Uri(back.Links(Redirect).Single()).Query)["code"].ToString();
    }

    private async Task<JsonElement> RedeemAsync(string code) => await JsonOf(await PostAsync(
        ("grant_type", "authorization_code"), ("client_id", _client), ("code", code), ("redirect_uri", Redirect), ("code_verifier", _verifier)));

    private Task<HttpResponseMessage> RefreshAsync(JsonElement tokens) =>
        PostAsync(("grant_type", "refresh_token"), ("client_id", _client), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!));

    private Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields) => _http.PostAsync(
        new Uri("/oauth/token", UriKind.Relative), new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))), TestContext.CancellationToken);

    private async Task<HttpStatusCode> ReadsAsync(JsonElement tokens)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v3/repos/acme/payments-api", UriKind.Relative));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        using var answer = await _http.SendAsync(message, TestContext.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<JsonElement> JsonOf(HttpResponseMessage answer) => JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.CancellationToken));
}
