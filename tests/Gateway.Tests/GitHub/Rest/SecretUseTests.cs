using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Tests.Pipeline;
using Sodium;

namespace CursorBroker.Gateway.Tests.GitHub.Rest;

/// <summary>A vault's secret is used for a secret of GitHub, unseen by who asks.</summary>
[TestClass]
public sealed class SecretUseTests
{
    private const string Password = "Tr0ub4dor&3-horse-battery";
    private const string Secrets = "/api/v3/repos/acme/payments-api/actions/secrets/DB_PASSWORD";
    private const string Placeholder = """{"value":"{{vault:kv-dev/db-password}}"}""";

    private const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, issues: write, secrets: write, environments: write, dependabot_secrets: write }
            vaults: [kv-dev]
            secrets: { "db-*": [use], "seen-*": [get-masked], "wait-*": [use] }
            use: { "db-*": [github-actions-secret], "wait-*": [github-actions-secret] }
            approve: [{ when: { secrets: { use: "wait-*" } }, by: { groups: [leads] } }]
          - id: own
            who: { groups: [dev] }
            repositories: [acme/mine]
            allow: { contents: write, workflows: write, secrets: write }
        """;

    private static readonly KeyPair Keys = PublicKeyBox.GenerateKeyPair();

    [TestMethod]
    [DataRow("/actions/secrets/DB", "/actions/secrets/public-key")]
    [DataRow("/dependabot/secrets/DB", "/dependabot/secrets/public-key")]
    [DataRow("/environments/prod/secrets/DB", "/environments/prod/secrets/public-key")]
    public async Task Placeholder_OfAnAllowedUse_IsSealedForTheRepositoryAndSent(string path, string keyPath)
    {
        await using var rest = await StartAsync();
        var answer = await PutAsync(rest, $"/api/v3/repos/acme/payments-api{path}", Placeholder);

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.EndsWith(keyPath, rest.Sent[0].RequestUri!.AbsolutePath);
        var sent = JsonNode.Parse(rest.Pipeline.Upstream.Bodies[^1])!.AsObject();
        CollectionAssert.AreEquivalent(new[] { "encrypted_value", "key_id" }, sent.Select(static pair => pair.Key).ToArray());
        Assert.AreEqual("key-1", (string?)sent["key_id"]);
        Assert.AreEqual(Password, Encoding.UTF8.GetString(SealedPublicKeyBox.Open(Convert.FromBase64String((string)sent["encrypted_value"]!), Keys)), "a real sealed box");
        var used = rest.Pipeline.Ledger.Single<SecretUsed>();
        Assert.AreEqual(("kv-dev", "db-password", "github-actions-secret", true), (used.Vault, used.Secret, used.For, used.Known));
        Assert.DoesNotContain(Password, Recorded(rest));
    }

    [TestMethod]
    public async Task Placeholder_AsTheEncryptedValue_IsTakenAlike()
    {
        await using var rest = await StartAsync();
        var answer = await PutAsync(rest, Secrets, """{"encrypted_value":"{{vault:kv-dev/db-password}}","key_id":"whatever"}""");
        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        Assert.AreEqual("key-1", (string?)JsonNode.Parse(rest.Pipeline.Upstream.Bodies[^1])!["key_id"]);
    }

    [TestMethod]
    public async Task Use_IsOnRecordBeforeTheValueLeaves()
    {
        await using var rest = await StartAsync();
        var before = 0;
        var answer = rest.Pipeline.Upstream.Answer!;
        rest.Pipeline.Upstream.Answer = request =>
        {
            before = request.Method == HttpMethod.Put ? rest.Pipeline.Ledger.Events.OfType<SecretUsed>().Count() : before;
            return answer(request);
        };
        await PutAsync(rest, Secrets, Placeholder);
        Assert.AreEqual(1, before);
    }

    [TestMethod]
    public async Task Use_UpstreamEchoesTheValue_IsMaskedOnTheWayBack()
    {
        await using var rest = await StartAsync();
        var answer = rest.Pipeline.Upstream.Answer!;
        rest.Pipeline.Upstream.Answer = request => request.Method == HttpMethod.Put ? RestHarness.Json($$"""{"echo":"{{Password}}"}""") : answer(request);
        Assert.DoesNotContain(Password, await (await PutAsync(rest, Secrets, Placeholder)).Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("""{"value":"{{vault:kv-dev/seen-password}}"}""", HttpStatusCode.Forbidden, DisplayName = "a secret that may be looked at and not used")]
    [DataRow("""{"value":"{{vault:kv-prod/db-password}}"}""", HttpStatusCode.NotFound, DisplayName = "a vault that no rule names")]
    [DataRow("""{"value":"{{vault:kv-dev/db-gone}}"}""", HttpStatusCode.NotFound)]
    [DataRow("""{"value":"{{vault:kv-dev/db-old}}"}""", HttpStatusCode.Conflict, DisplayName = "one that has expired")]
    [DataRow("""{"value":"{{vault:kv-dev/db-off}}"}""", HttpStatusCode.Forbidden, DisplayName = "one that is disabled")]
    public async Task Use_ThatCannotBe_SendsNothing(string body, HttpStatusCode status)
    {
        await using var rest = await StartAsync();
        var answer = await PutAsync(rest, Secrets, body);
        Assert.AreEqual(status, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.IsFalse(rest.Sent.Exists(static request => request.Method == HttpMethod.Put));
    }

    [TestMethod]
    public async Task Use_VaultThrottles_IsToldWithItsTimeAndSendsNothing()
    {
        await using var rest = await StartAsync();
        rest.Pipeline.Vaults["kv-dev"].Instead = static _ => new VaultFault(VaultFaultKind.Throttled, "Throttled", "busy") { RetryAfter = TimeSpan.FromSeconds(9) };
        var answer = await PutAsync(rest, Secrets, Placeholder);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.AreEqual(TimeSpan.FromSeconds(9), answer.Headers.RetryAfter?.Delta);
        Assert.IsFalse(rest.Sent.Exists(static request => request.Method == HttpMethod.Put));
    }

    [TestMethod]
    public async Task Use_ThatWaits_IsBoundToTheVersionAndShowsNoValue()
    {
        await using var rest = await StartAsync();
        rest.Pipeline.Vaults["kv-dev"].Add("wait-1", Password);
        rest.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        const string Body = """{"value":"{{vault:kv-dev/wait-1}}"}""";
        Assert.AreEqual(HttpStatusCode.Forbidden, (await PutAsync(rest, Secrets, Body)).StatusCode);
        await PutAsync(rest, Secrets, Body);
        rest.Pipeline.Vaults["kv-dev"].Add("wait-1", "another version of it");
        await PutAsync(rest, Secrets, Body);

        var asked = rest.Pipeline.Desk.Requests;
        Assert.AreEqual(asked[0].Fingerprint, asked[1].Fingerprint);
        Assert.AreNotEqual(asked[0].Fingerprint, asked[2].Fingerprint);
        Assert.Contains("with the value of kv-dev/wait-1", asked[0].Summary[1]);
        Assert.DoesNotContain(Password, System.Text.Json.JsonSerializer.Serialize(await asked[0].Snapshot(CancellationToken.None)));
    }

    [TestMethod]
    public async Task Use_Approved_IsDone()
    {
        await using var rest = await StartAsync();
        rest.Pipeline.Vaults["kv-dev"].Add("wait-1", Password);
        rest.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        rest.Pipeline.Desk.Uses.Enqueue(new ApprovalStep.Moved { Approval = FakeDesk.Make(ApprovalStatus.Used) });
        Assert.AreEqual(HttpStatusCode.Created, (await PutAsync(rest, Secrets, """{"value":"{{vault:kv-dev/wait-1}}"}""")).StatusCode);
    }

    [TestMethod]
    [DataRow("POST", "/api/v3/repos/acme/payments-api/issues", """{"title":"{{vault:kv-dev/db-password}}"}""", "title:1: this is a placeholder", DisplayName = "attack: a destination that everybody reads")]
    [DataRow("POST", "/api/v3/repos/acme/payments-api/issues", """{"title":"a","body":"x\ny {{vault:kv-dev/db-password}}"}""", "body:2: this is a placeholder")]
    [DataRow("PUT", Secrets, """{"value":"pass={{vault:kv-dev/db-password}}"}""", "value:1: this is a placeholder", DisplayName = "attack: text of one's own around the value")]
    [DataRow("PUT", Secrets, """{"encrypted_value":"x","key_id":"{{vault:kv-dev/db-password}}"}""", "key_id:1: this is a placeholder", DisplayName = "attack: another member")]
    [DataRow("PUT", Secrets, """{"value":"{{vault:kv-dev/db-password}}","extra":"x"}""", "nothing beside it")]
    [DataRow("PUT", Secrets, """{"value":"{{vault:kv-dev/db-password}}","encrypted_value":"{{vault:kv-dev/db-b}}"}""", "nothing beside it")]
    [DataRow("PATCH", "/api/v3/repos/acme/payments-api/actions/variables/A", """{"value":"{{vault:kv-dev/db-password}}"}""", "this is a placeholder", DisplayName = "attack: a variable, which can be read")]
    [DataRow("PUT", "/api/v3/repos/acme/payments-api/actions/secrets/%7B%7Bvault%3Akv-dev%2Fdb-password%7D%7D", """{"value":"x"}""", "this is a placeholder")]
    public async Task Placeholder_AnywhereElse_IsRefusedWithItsPlace(string method, string path, string body, string says)
    {
        await using var rest = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var answer = await rest.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.IsTrue((int)answer.StatusCode is 400 or 404 or 422, text);
        Assert.IsTrue(text.Contains(says, StringComparison.Ordinal) || answer.StatusCode == HttpStatusCode.NotFound, text);
        Assert.IsEmpty(rest.Sent);
        Assert.IsEmpty(rest.Pipeline.Vaults["kv-dev"].Asked);
    }

    [TestMethod]
    public async Task Use_RepositoryThatIsNotOpen_AsksNoVault()
    {
        await using var rest = await StartAsync();
        Assert.AreEqual(HttpStatusCode.NotFound, (await PutAsync(rest, "/api/v3/repos/acme/other/actions/secrets/DB", Placeholder)).StatusCode);
        Assert.IsEmpty(rest.Pipeline.Vaults["kv-dev"].Asked);
    }

    [TestMethod]
    public async Task Attack_UseIntoARepositoryOfOnesOwnWhoseWorkflowsTell_AsksNoVault()
    {
        await using var rest = await StartAsync();
        var answer = await PutAsync(rest, "/api/v3/repos/acme/mine/actions/secrets/DB", Placeholder);
        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("use for github-actions-secret of acme/mine", await answer.Content.ReadAsStringAsync());
        Assert.IsEmpty(rest.Sent);
        Assert.IsEmpty(rest.Pipeline.Vaults["kv-dev"].Asked);
    }

    private static async Task<RestHarness> StartAsync()
    {
        var rest = await RestHarness.StartAsync(Policy);
        var vault = rest.Pipeline.Vaults["kv-dev"];
        vault.Add("db-password", Password);
        vault.Add("db-old", Password, static facts => facts with { Expires = DateTimeOffset.UnixEpoch });
        vault.Add("db-off", Password, static facts => facts with { IsEnabled = false });
        vault.Add("seen-password", Password);
        rest.Pipeline.Upstream.Answer = static request => request.RequestUri!.AbsolutePath.EndsWith("/public-key", StringComparison.Ordinal)
            ? RestHarness.Json($$"""{"key_id":"key-1","key":"{{Convert.ToBase64String(Keys.PublicKey)}}"}""")
            : RestHarness.Json("{}", HttpStatusCode.Created);
        return rest;
    }

    private static async Task<HttpResponseMessage> PutAsync(RestHarness rest, string path, string body) =>
        await rest.Client.PutAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private static string Recorded(RestHarness rest) => string.Join('\n', rest.Pipeline.Ledger.Events.Select(static each => Encoding.UTF8.GetString(AuditJson.Serialize(each))));
}
