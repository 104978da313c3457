using System.Net;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Vault;

[TestClass]
public sealed class VaultTests
{
    private const string Password = "Tr0ub4dor&3-horse-battery";

    [TestMethod]
    public async Task Get_WhereThePolicyGivesTheMask_IsTheShapeAndNoValue()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var version = vaults.Dev.Add("db-password", Password, facts => facts with { ContentType = "text/plain", Tags = facts.Tags.Add("team", "payments") });

        var answer = await vaults.GetAsync("secrets/db-password");

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.DoesNotContain(Password, answer.Text);
        Assert.IsGreaterThanOrEqualTo(0, vaults.Pipeline.Root.Root.FindMark(System.Text.Encoding.UTF8.GetBytes(answer.Value!)), "the broker knows its own mask");
        Assert.AreEqual($"https://kv-dev.vault.azure.net/secrets/db-password/{version}", (string?)answer.Json["id"]);
        Assert.AreEqual("16-31", answer.Tag("broker-length"));
        Assert.AreEqual("true", answer.Tag("broker-masked"));
        Assert.AreEqual("payments", answer.Tag("team"));
        Assert.AreEqual("2020-01-01T00:00:01Z", answer.Tag("broker-rotated"));
        Assert.AreEqual(true, (bool?)answer.Json["attributes"]!["enabled"]);
        var read = vaults.Pipeline.Ledger.Single<SecretRead>();
        Assert.AreEqual(("mask", version, true), (read.Form, read.Version, read.Known));
    }

    [TestMethod]
    public async Task Get_OfEqualValues_HasEqualFingerprintsWhateverTheNames()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-a", Password);
        vaults.Dev.Add("db-b", Password);
        vaults.Dev.Add("db-c", Password + "!");
        var (a, b, c) = (await vaults.GetAsync("secrets/db-a"), await vaults.GetAsync("secrets/db-b"), await vaults.GetAsync("secrets/db-c"));
        Assert.AreEqual(a.Tag("broker-fingerprint"), b.Tag("broker-fingerprint"));
        Assert.AreNotEqual(a.Tag("broker-fingerprint"), c.Tag("broker-fingerprint"));
    }

    [TestMethod]
    public async Task Get_OfAKnownForm_SaysWhichRuleItMatches()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-token", Masking.Secrets.Token);
        var answer = await vaults.GetAsync("secrets/db-token");
        Assert.IsNotNull(answer.Tag("broker-rule"), answer.Text);
        Assert.DoesNotContain(Masking.Secrets.Token, answer.Text);
    }

    [TestMethod]
    public async Task Get_WhereThePolicyGivesTheValueAlone_IsTheValueAndItIsKnownFromThenOn()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", Password);

        var answer = await vaults.GetAsync("secrets/feature-key");

        Assert.AreEqual(Password, answer.Value);
        Assert.AreEqual("no-store", answer.Headers["Cache-Control"]);
        Assert.AreEqual("value", vaults.Pipeline.Ledger.Single<SecretRead>().Form);
        Assert.IsNotEmpty(new SecretScanner(MaskRules.Default, vaults.Pipeline.Root.Root, vaults.Pipeline.Known).Scan(System.Text.Encoding.UTF8.GetBytes($"x {Password} y")));
        Assert.DoesNotContain(Password, vaults.Recorded);
    }

    [TestMethod]
    public async Task Get_ValueTooPlainToBeMaskedByValue_IsAnsweredAndTheAuditSaysSo()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-flag", "true");
        Assert.AreEqual("true", (await vaults.GetAsync("secrets/feature-flag")).Value);
        Assert.IsFalse(vaults.Pipeline.Ledger.Single<SecretRead>().Known);
    }

    [TestMethod]
    [DataRow(null, false)]
    [DataRow("mask", false)]
    [DataRow("value", true)]
    public async Task Get_WhereThePolicyGivesBoth_IsTheMaskUnlessTheValueIsAskedFor(string? reveal, bool isValue)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("both-1", Password);
        Assert.AreEqual(isValue, (await vaults.GetAsync("secrets/both-1", reveal)).Value == Password);
    }

    [TestMethod]
    public async Task Get_MaskAskedForWhereThePolicyGivesTheValue_IsTheMask()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", Password);
        Assert.DoesNotContain(Password, (await vaults.GetAsync("secrets/feature-key", "mask")).Text);
        Assert.AreEqual("mask", vaults.Pipeline.Ledger.Single<SecretRead>().Form);
    }

    [TestMethod]
    public async Task Get_OfAVersion_IsThatVersion()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var old = vaults.Dev.Add("feature-key", "the old value of it");
        vaults.Dev.Add("feature-key", Password);
        Assert.AreEqual("the old value of it", (await vaults.GetAsync($"secrets/feature-key/{old}")).Value);
        Assert.AreEqual(Password, (await vaults.GetAsync("secrets/feature-key/")).Value);
    }

    [TestMethod]
    public async Task List_NamesOnlyWhatMayBeListedAcrossPages()
    {
        await using var vaults = await VaultHarness.StartAsync();
        foreach (var name in (string[])["both-1", "db-a", "db-hidden", "db-z", "feature-x", "zzz-unlisted"])
        {
            vaults.Dev.Add(name, Password);
        }

        vaults.Dev.PageSize = 2;
        var (names, next, pages) = (new List<string>(), "vaults/kv-dev/secrets?api-version=7.4", 0);
        while (next.Length > 0)
        {
            var page = await vaults.SendAsync(HttpMethod.Get, next);
            Assert.AreEqual(HttpStatusCode.OK, page.Status, page.Text);
            names.AddRange(page.Json["value"]!.AsArray().Select(static item => (string)item!["id"]!));
            var link = (string?)page.Json["nextLink"];
            Assert.IsTrue(link is null || link.StartsWith("https://broker.example.com/vaults/kv-dev/secrets?api-version=7.4&$skiptoken=", StringComparison.Ordinal), link);
            Assert.DoesNotContain("zzz", page.Text);
            next = link is null ? "" : new Uri(link).PathAndQuery[1..];
            pages++;
        }

        Assert.AreEqual(3, pages);
        CollectionAssert.AreEqual(new[] { "db-a", "db-z", "feature-x" }.Select(static name => $"https://kv-dev.vault.azure.net/secrets/{name}").ToArray(), names);
    }

    [TestMethod]
    public async Task List_WithMaxResults_GoesOnWithinThePage()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-a", Password);
        vaults.Dev.Add("db-b", Password);
        vaults.Dev.Add("db-c", Password);
        var first = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-dev/secrets?api-version=7.4&maxresults=2");
        Assert.HasCount(2, first.Json["value"]!.AsArray());
        var second = await vaults.SendAsync(HttpMethod.Get, new Uri((string)first.Json["nextLink"]!).PathAndQuery[1..]);
        Assert.HasCount(1, second.Json["value"]!.AsArray());
        Assert.IsNull(second.Json["nextLink"]);
    }

    [TestMethod]
    public async Task Versions_AreListedWithoutValues()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-a", Password);
        vaults.Dev.Add("db-a", Password + "2");
        var answer = await vaults.GetAsync("secrets/db-a/versions");
        Assert.HasCount(2, answer.Json["value"]!.AsArray());
        Assert.DoesNotContain(Password, answer.Text);
    }

    [TestMethod]
    public async Task Set_MakesAVersionAndNeverEchoesTheValue()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.PutAsync("db-new", $$$"""{"value":"{{{Password}}}","contentType":"text/plain","attributes":{"enabled":true,"exp":1893456000},"tags":{"a":"b"}}""");

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual(Password, vaults.Dev.Current("db-new"));
        Assert.DoesNotContain(Password, answer.Text);
        Assert.AreEqual("b", answer.Tag("a"));
        Assert.AreEqual(1893456000L, (long?)answer.Json["attributes"]!["exp"]);
        var changed = vaults.Pipeline.Ledger.Single<SecretChanged>();
        Assert.AreEqual(("kv-dev", "db-new", "set"), (changed.Vault, changed.Secret, changed.Change));
        Assert.DoesNotContain(Password, vaults.Recorded);
    }

    [TestMethod]
    public async Task Set_TheIntentIsDurableBeforeTheVaultIsAsked()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var before = 0;
        vaults.Dev.OnAsked = _ => before = vaults.Pipeline.Ledger.Events.OfType<ForwardIntended>().Count(static intended => intended.Writes);
        await vaults.PutAsync("db-new", """{"value":"something new here"}""");
        Assert.AreEqual(1, before);
    }

    [TestMethod]
    public async Task Set_LedgerDown_LeavesTheVaultAlone()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Pipeline.Ledger.OnAppend = static _ => throw new LedgerUnavailableException("down");
        var answer = await vaults.PutAsync("db-new", """{"value":"something new here"}""");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    public async Task Get_LedgerDownAfterTheIntent_AnswersNoValue()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", Password);
        vaults.Pipeline.Ledger.OnAppend = static events => _ = events.OfType<SecretRead>().Any() ? throw new LedgerUnavailableException("down") : 0;
        var answer = await vaults.GetAsync("secrets/feature-key");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain(Password, answer.Text);
    }

    [TestMethod]
    public async Task Update_ChangesAttributesOfTheVersion()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var version = vaults.Dev.Add("db-a", Password);
        var answer = await vaults.SendAsync(HttpMethod.Patch, $"vaults/kv-dev/secrets/db-a/{version}?api-version=7.4", """{"attributes":{"enabled":false}}""");
        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual(false, (bool?)answer.Json["attributes"]!["enabled"]);
        Assert.AreEqual("updated", vaults.Pipeline.Ledger.Single<SecretChanged>().Change);
    }

    [TestMethod]
    public async Task Update_WithPropertiesAsTheyWereRead_KeepsTheBrokersTagsOut()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var version = vaults.Dev.Add("db-a", Password, facts => facts with { Tags = facts.Tags.Add("team", "payments") });
        var read = await vaults.GetAsync("secrets/db-a");
        var answer = await vaults.SendAsync(HttpMethod.Patch, $"vaults/kv-dev/secrets/db-a/{version}?api-version=7.4", "{\"tags\":" + read.Json["tags"]!.ToJsonString() + "}");
        Assert.AreEqual("""{"team":"payments"}""", answer.Json["tags"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Delete_AndRecover_AreAnsweredAsByTheVault()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("mine-1", Password);
        var deleted = await vaults.SendAsync(HttpMethod.Delete, "vaults/kv-dev/secrets/mine-1?api-version=7.4");
        Assert.AreEqual("https://kv-dev.vault.azure.net/deletedsecrets/mine-1", (string?)deleted.Json["recoveryId"], deleted.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await vaults.GetAsync("secrets/mine-1")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await vaults.GetAsync("deletedsecrets/mine-1")).Status);
        Assert.HasCount(1, (await vaults.GetAsync("deletedsecrets")).Json["value"]!.AsArray());
        Assert.AreEqual(HttpStatusCode.OK, (await vaults.SendAsync(HttpMethod.Post, "vaults/kv-dev/deletedsecrets/mine-1/recover?api-version=7.4")).Status);
        Assert.AreEqual(Password, (await vaults.GetAsync("secrets/mine-1")).Value);
    }

    [TestMethod]
    public async Task Set_ThatWaits_SaysWhereAndAsksWithoutTheValue()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));

        var answer = await vaults.PutAsync("wait-1", """{"value":"n3w-and-s3cret-value"}""");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        Assert.AreEqual(("Forbidden", "ApprovalPending"), (answer.Code, answer.InnerCode));
        Assert.AreEqual("pending", (string?)answer.Json["approval"]!["status"]);
        Assert.AreEqual(Password, vaults.Dev.Current("wait-1"));
        var asked = vaults.Pipeline.Desk.Requests.Single();
        Assert.AreEqual("kv-dev/wait-1", asked.Target);
        Assert.StartsWith("set the secret kv-dev/wait-1", asked.Summary[0]);
        Assert.DoesNotContain("n3w-and-s3cret-value", string.Join('\n', asked.Summary));
        Assert.DoesNotContain("n3w-and-s3cret-value", System.Text.Json.JsonSerializer.Serialize(await asked.Snapshot(CancellationToken.None)));
        Assert.DoesNotContain("n3w-and-s3cret-value", vaults.Recorded);
    }

    [TestMethod]
    public async Task Set_Approved_IsTakenOnceAndDone()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        vaults.Pipeline.Desk.Uses.Enqueue(new ApprovalStep.Moved { Approval = FakeDesk.Make(ApprovalStatus.Used) });
        var answer = await vaults.PutAsync("wait-1", """{"value":"n3w-and-s3cret-value"}""");
        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual("n3w-and-s3cret-value", vaults.Dev.Current("wait-1"));
        Assert.HasCount(1, vaults.Pipeline.Desk.Used);
    }

    [TestMethod]
    public async Task Set_VersionChangesAfterPeopleAgreed_IsNotDone()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Approved));
        vaults.Pipeline.Desk.Uses.Enqueue(new ApprovalStep.Moved { Approval = FakeDesk.Make(ApprovalStatus.Used) });
        vaults.Pipeline.Desk.OnUse = () => vaults.Dev.Add("wait-1", "somebody else's new value");
        var answer = await vaults.PutAsync("wait-1", """{"value":"n3w-and-s3cret-value"}""");
        Assert.AreEqual(HttpStatusCode.Conflict, answer.Status, answer.Text);
        Assert.AreEqual("somebody else's new value", vaults.Dev.Current("wait-1"));
    }

    [TestMethod]
    public async Task Challenge_NamesTheTenantAndTheBrokersAudience()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Pipeline.Client.DefaultRequestHeaders.Remove("Authorization");
        var answer = await vaults.GetAsync("secrets/db-a");
        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.Status);
        Assert.AreEqual(
            "Bearer authorization=\"https://login.microsoftonline.com/6c1f1a4e-0000-4000-8000-000000000001\", resource=\"2f6b8c1e-0000-4000-8000-000000000002\"", answer.Headers["WWW-Authenticate"]);
        Assert.AreEqual("Unauthorized", answer.Code);
    }
}
