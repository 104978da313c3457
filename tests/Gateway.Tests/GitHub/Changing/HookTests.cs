using System.Net;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Tests.GitHub.Rest;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

/// <summary>Webhooks, which send what is pushed to any branch anywhere, and whose deliveries are read again.</summary>
[TestClass]
public sealed class HookTests
{
    private const string Hooks = "/api/v3/repos/acme/payments-api/hooks";

    [TestMethod]
    [DataRow("POST", "", """{"config":{"url":"https://elsewhere.example","content_type":"json"},"events":["push"]}""")]
    [DataRow("PATCH", "/7", """{"config":{"url":"https://elsewhere.example"}}""")]
    [DataRow("PATCH", "/7/config", """{"url":"https://elsewhere.example"}""")]
    [DataRow("POST", "/7/pings", null)]
    [DataRow("POST", "/7/tests", null)]
    [DataRow("POST", "/7/deliveries/1/attempts", null)]
    [DataRow("GET", "/7/deliveries", null)]
    [DataRow("GET", "/7/deliveries/1", null)]
    public async Task Hook_ByWhomSomethingIsHiddenFrom_IsRefused(string method, string path, string? body)
    {
        // Attack: a hook carries the commits of hidden branches to whoever made it.
        foreach (var (hides, says) in new[] { ("refs: { visible: [main] }", "not every ref is open to you"), ("deny: [{ read: { paths: [secret] } }]", "denies this") })
        {
            await using var harness = await StartAsync(hides);
            using var answer = await SendAsync(harness, method, path, body);

            Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains(says, (string?)(await RestHarness.RefusalAsync(answer))["message"] ?? "");
            Assert.IsEmpty(harness.Sent);
        }
    }

    [TestMethod]
    [DataRow("POST", "", """{"config":{"url":"https://ci.example"}}""")]
    [DataRow("PATCH", "/7/config", """{"url":"https://ci.example"}""")]
    [DataRow("GET", "/7/deliveries/1", null)]
    public async Task Hook_ByWhoSeesEverything_IsSentAsItIs(string method, string path, string? body)
    {
        await using var harness = await StartAsync("");
        harness.Answer("""{"id":7}""");

        using var answer = await SendAsync(harness, method, path, body);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual(body ?? "", harness.Pipeline.Upstream.Bodies.SingleOrDefault() ?? "");
    }

    [TestMethod]
    public async Task Hook_Deleted_ByWhomSomethingIsHiddenFrom_Goes()
    {
        await using var harness = await StartAsync("refs: { visible: [main] }");
        harness.Answer(new HttpResponseMessage(HttpStatusCode.NoContent));

        using var answer = await SendAsync(harness, "DELETE", "/7", null);

        Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static Task<RestHarness> StartAsync(string hides) => RestHarness.StartAsync(
        $$"""
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: all
            who: { groups: [dev] }
            repositories: [acme/*]
            allow: { contents: read, repository_hooks: write }
            {{hides}}
        """,
        examiner: new ReadingExaminer());

    private static async Task<HttpResponseMessage> SendAsync(RestHarness harness, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Hooks + path)
        {
            Content = body is null ? null : new StringContent(body, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json")),
        };
        return await harness.Client.SendAsync(request);
    }
}
