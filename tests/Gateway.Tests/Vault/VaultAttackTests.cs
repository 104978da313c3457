using System.Net;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Vault;

[TestClass]
public sealed class VaultAttackTests
{
    private const string Password = "Tr0ub4dor&3-horse-battery";

    [TestMethod]
    public async Task Attack_VersionIdOfASecretThatIsMaskedOnly_IsMaskedToo()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var version = vaults.Dev.Add("db-password", Password);
        Assert.DoesNotContain(Password, (await vaults.GetAsync($"secrets/db-password/{version}")).Text);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await vaults.GetAsync($"secrets/db-password/{version}", "value")).Status);
    }

    [TestMethod]
    public async Task Attack_AnotherSecretsVersionUnderANameThatIsOpen_IsNotFound()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", "the value of the key");
        var version = vaults.Dev.Add("db-password", Password);
        var answer = await vaults.GetAsync($"secrets/feature-key/{version}");
        Assert.AreEqual(HttpStatusCode.NotFound, answer.Status);
    }

    [TestMethod]
    [DataRow("POST", "secrets/feature-key/backup", "backup")]
    [DataRow("POST", "secrets/restore", "backup")]
    [DataRow("DELETE", "deletedsecrets/mine-1", "Purging")]
    public async Task Attack_BackupRestoreAndPurge_AreRefusedInWords(string method, string path, string says)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", Password);
        var answer = await vaults.SendAsync(new HttpMethod(method), $"vaults/kv-dev/{path}?api-version=7.4", method == "POST" ? """{"value":"x"}""" : null);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(says, answer.Message!);
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    [DataRow("vaults/kv-dev/secrets?api-version=7.4&$expand=value")]
    [DataRow("vaults/kv-dev/secrets?api-version=7.4&includeValues=true")]
    [DataRow("vaults/kv-dev/secrets?api-version=7.4&%24select=value")]
    public async Task Attack_ListWithValues_IsRefused(string path)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password);
        var answer = await vaults.SendAsync(HttpMethod.Get, path);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, answer.Text);
        Assert.DoesNotContain(Password, answer.Text);
    }

    [TestMethod]
    [DataRow("vaults/kv-dev/secrets/%64b-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/feature-key%2f..%2fdb-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/feature-key/../db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/./db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets//db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/feature-key;db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/d%D0%B1-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/Secrets/db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev.example.com/secrets/db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev@evil/secrets/db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/keys/db-password?api-version=7.4")]
    [DataRow("vaults/kv-dev/certificates?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/feature-key%00?api-version=7.4")]
    [DataRow("vaults/kv-dev/secrets/feature-key/FFFF?api-version=7.4")]
    public async Task Attack_NameWrittenOtherwise_IsNoName(string path)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password);
        vaults.Dev.Add("feature-key", Password);
        var answer = await vaults.SendAsync(HttpMethod.Get, path, raw: true);
        Assert.IsTrue(answer.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.Status} {answer.Text}");
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    public async Task Attack_CaseOfANameToMissADeny_IsTheSameName()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-hidden", Password);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await vaults.GetAsync("secrets/DB-Hidden/versions")).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await vaults.SendAsync(HttpMethod.Get, "vaults/KV-DEV/secrets/DB-PASSWORD?api-version=7.4", reveal: "value")).Status);
    }

    [TestMethod]
    public async Task Attack_ProbingForVaults_IsAnsweredWithTheSameBytesWhateverIsThere()
    {
        await using var vaults = await VaultHarness.StartAsync();
        _ = vaults.Pipeline.Vaults["kv-prod"]; // there, and open to others
        var others = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-prod/secrets/x?api-version=7.4");
        var nowhere = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-nowhere/secrets/x?api-version=7.4");
        var noName = await vaults.SendAsync(HttpMethod.Get, "vaults/no_name/secrets/x?api-version=7.4");
        var list = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-prod/secrets?api-version=7.4");
        Assert.AreEqual((HttpStatusCode.NotFound, "VaultNotFound"), (others.Status, others.Code));
        Assert.AreEqual(others.Text, nowhere.Text);
        Assert.AreEqual(others.Text, noName.Text);
        Assert.AreEqual(others.Text, list.Text);
        Assert.IsEmpty(vaults.Pipeline.Vaults.Sought, "no vault is even looked for");
    }

    [TestMethod]
    public async Task Attack_VaultThatThePolicyNamesAndTheHostDoesNotHave_IsNotFoundAndNothingIsAsked()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-gone/secrets/feature-x?api-version=7.4");
        Assert.AreEqual((HttpStatusCode.NotFound, "VaultNotFound"), (answer.Status, answer.Code));
    }

    [TestMethod]
    public async Task Attack_DeniedNames_AreDeniedWhetherThereOrNot()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("root-password", Password);
        var there = await vaults.GetAsync("secrets/root-password");
        var absent = await vaults.GetAsync("secrets/root-pass-word");
        Assert.AreEqual(HttpStatusCode.Forbidden, there.Status);
        Assert.AreEqual(there.Message!.Replace("root-password", "X", StringComparison.Ordinal), absent.Message!.Replace("root-pass-word", "X", StringComparison.Ordinal));
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    public async Task Attack_PageTokenMadeUpOrForAnotherList_IsRefused()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-a", Password);
        vaults.Dev.Add("db-b", Password);
        vaults.Dev.PageSize = 1;
        var first = await vaults.GetAsync("secrets");
        var token = new Uri((string)first.Json["nextLink"]!).Query.Split("skiptoken=")[1];
        Assert.AreEqual(HttpStatusCode.OK, (await vaults.SendAsync(HttpMethod.Get, $"vaults/kv-dev/secrets?api-version=7.4&$skiptoken={token}")).Status);
        foreach (var path in (string[])[$"vaults/kv-dev/deletedsecrets?api-version=7.4&$skiptoken={token}", $"vaults/kv-dev/secrets/db-a/versions?api-version=7.4&$skiptoken={token}", "vaults/kv-dev/secrets?api-version=7.4&$skiptoken=https%3A%2F%2Fevil.example.com%2F"])
        {
            Assert.AreEqual(HttpStatusCode.BadRequest, (await vaults.SendAsync(HttpMethod.Get, path)).Status, path);
        }
    }

    [TestMethod]
    public async Task Attack_MaskWrittenBackAsTheValue_IsRefused()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password);
        var mask = (await vaults.GetAsync("secrets/db-password")).Value;
        var answer = await vaults.PutAsync("db-password", $$"""{"value":"{{mask}}"}""");
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("value:1: this is a mask of the broker", answer.Message!);
        Assert.AreEqual(Password, vaults.Dev.Current("db-password"));
    }

    [TestMethod]
    public async Task Attack_PlaceholderAsAValue_IsNotFilled()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.PutAsync("db-password", """{"value":"{{vault:kv-dev/db-root}}"}""");
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("value:1: this is a placeholder", answer.Message!);
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    public async Task Attack_SecretCarriedOutInATag_IsRefused()
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.PutAsync("db-password", $$$"""{"value":"x","tags":{"a":"{{{Masking.Secrets.Token}}}"}}""");
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, answer.Text);
        Assert.DoesNotContain(Masking.Secrets.Token, answer.Text);
    }

    [TestMethod]
    public async Task Attack_SecretThatSomebodyPutIntoATag_IsMaskedInLists()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password, facts => facts with { Tags = facts.Tags.Add("note", Masking.Secrets.Token) });
        Assert.DoesNotContain(Masking.Secrets.Token, (await vaults.GetAsync("secrets")).Text);
    }

    [TestMethod]
    public async Task Attack_TagsThatPlayTheBrokers_AreLeftOutOfAMask()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password, facts => facts with { Tags = facts.Tags.Add("broker-fingerprint", "00") });
        var answer = await vaults.GetAsync("secrets/db-password");
        Assert.AreNotEqual("00", answer.Tag("broker-fingerprint"));
    }

    [TestMethod]
    public async Task Attack_TagsThatPlayTheBrokersInAnyCase_AreNeverShown()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", Password, facts => facts with { Tags = facts.Tags.Add("Broker-Masked", "true").Add("broker-length", "9").Add("team", "payments") });
        Assert.AreEqual("""{"team":"payments"}""", (await vaults.GetAsync("secrets/feature-key")).Json["tags"]!.ToJsonString());
        Assert.DoesNotContain("roker-", (await vaults.GetAsync("secrets")).Text.Replace("broker.example.com", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("hunter2")]
    [DataRow("2468")]
    [DataRow("aaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Attack_GuessingAPlainValueByItsFingerprintOrItsMask_HasNothingToCompareWith(string value)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-a", value);
        vaults.Dev.Add("db-b", value);
        var (a, b) = (await vaults.GetAsync("secrets/db-a"), await vaults.GetAsync("secrets/db-b"));
        Assert.AreEqual("true", a.Tag("broker-masked"));
        Assert.IsNull(a.Tag("broker-fingerprint"));
        Assert.AreNotEqual(a.Value, b.Value);
        Assert.IsGreaterThanOrEqualTo(0, vaults.Pipeline.Root.Root.FindMark(System.Text.Encoding.UTF8.GetBytes(a.Value!)), "it is a mask of the broker all the same");
    }

    [TestMethod]
    public async Task Attack_SettingGuessesToCompareThem_IsToldNothingToCompareWith()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("db-password", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        var read = await vaults.GetAsync("secrets/db-password");
        var set = await vaults.PutAsync("db-mine", $$"""{"value":"{{Password}}"}""");
        await vaults.PutAsync("wait-1", $$"""{"value":"{{Password}}"}""");

        Assert.IsNotNull(read.Tag("broker-fingerprint"));
        Assert.IsNull(set.Tag("broker-fingerprint"), set.Text);
        Assert.AreNotEqual(read.Value, set.Value);
        Assert.DoesNotContain(read.Tag("broker-fingerprint")!, string.Join('\n', vaults.Pipeline.Desk.Requests.Single().Summary));
    }

    [TestMethod]
    public async Task Attack_ApprovalOfAMaskUsedForTheValueOnceThePolicyGivesThat_IsAnotherRequest()
    {
        const string Rules = """
            version: 1
            issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
            rules: [{ id: a, who: { groups: [dev] }, vaults: [kv-dev], secrets: { "*": [VERB] }, approve: [{ when: { secrets: { get-masked: "*" } }, by: { groups: [leads] } }] }]
            """;
        var asked = new List<ApprovalRequest>();
        foreach (var verb in (string[])["get-masked", "get"])
        {
            await using var vaults = await VaultHarness.StartAsync(Rules.Replace("VERB", verb, StringComparison.Ordinal));
            vaults.Dev.Add("any", Password);
            vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
            await vaults.GetAsync("secrets/any");
            asked.Add(vaults.Pipeline.Desk.Requests.Single());
        }

        Assert.AreEqual(("read the mask of the secret kv-dev/any", "read the value of the secret kv-dev/any"), (asked[0].Summary[0], asked[1].Summary[0]));
        Assert.AreNotEqual(asked[0].Fingerprint, asked[1].Fingerprint);
    }

    [TestMethod]
    public async Task Attack_PagesThatShowHowManyNamesAreHidden_AreNeverEmptyBeforeTheLast()
    {
        await using var vaults = await VaultHarness.StartAsync();
        foreach (var name in (string[])["aa-1", "aa-2", "aa-3", "aa-4", "db-a", "db-b", "zz-1", "zz-2"])
        {
            vaults.Dev.Add(name, Password);
        }

        vaults.Dev.PageSize = 2;
        var first = await vaults.SendAsync(HttpMethod.Get, "vaults/kv-dev/secrets?api-version=7.4&maxresults=1");
        var second = await vaults.SendAsync(HttpMethod.Get, new Uri((string)first.Json["nextLink"]!).PathAndQuery[1..]);
        Assert.EndsWith("/db-a", (string)first.Json["value"]!.AsArray().Single()!["id"]!);
        Assert.EndsWith("/db-b", (string)second.Json["value"]!.AsArray().Single()!["id"]!);
    }

    [TestMethod]
    public void Attack_FingerprintTriedAgainstOffline_IsKeyedByTheDeployment()
    {
        var (one, other) = (new VaultKeys(Core.Masking.MaskRoot.Create()), new VaultKeys(Core.Masking.MaskRoot.Create()));
        Assert.AreEqual(one.Fingerprint(Password), one.Fingerprint(Password));
        Assert.AreNotEqual(one.Fingerprint(Password), other.Fingerprint(Password));
        Assert.AreNotEqual(one.Fingerprint(Password), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Password)))[..32]);
    }

    [TestMethod]
    public async Task Attack_ApprovalForOneValueUsedForAnother_HasAnotherFingerprint()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        await vaults.PutAsync("wait-1", """{"value":"the one that they agree to"}""");
        await vaults.PutAsync("wait-1", """{"value":"the one that is sent later"}""");
        await vaults.PutAsync("wait-1", """{"value":"the one that they agree to","attributes":{"enabled":false}}""");
        await vaults.PutAsync("wait-2", """{"value":"the one that they agree to"}""");
        await vaults.SendAsync(HttpMethod.Delete, "vaults/kv-dev/secrets/wait-1?api-version=7.4");
        vaults.Dev.Add("wait-1", "a version that came between");
        await vaults.PutAsync("wait-1", """{"value":"the one that they agree to"}""");
        var prints = vaults.Pipeline.Desk.Requests.Select(static asked => asked.Fingerprint.Value).ToArray();
        Assert.HasCount(6, prints.Distinct().ToArray());
    }

    [TestMethod]
    public async Task Attack_ApprovalForAMaskUsedForTheValue_HasAnotherFingerprint()
    {
        await using var vaults = await VaultHarness.StartAsync("""
            version: 1
            issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
            rules:
              - { id: a, who: { groups: [dev] }, vaults: [kv-dev], secrets: { "*": [get] }, approve: [{ when: { secrets: { get-masked: "*" } }, by: { groups: [leads] } }] }
            """);
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        foreach (var reveal in (string?[])["mask", null, "value"])
        {
            Assert.AreEqual(HttpStatusCode.Forbidden, (await vaults.GetAsync("secrets/wait-1", reveal)).Status);
        }

        Assert.HasCount(3, vaults.Pipeline.Desk.Requests.Select(static asked => asked.Fingerprint.Value).Distinct().ToArray());
    }

    [TestMethod]
    public async Task Attack_SameRequestAgain_HasTheSameFingerprintWhateverTheCaseOfItsNames()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("wait-1", Password);
        vaults.Pipeline.Desk.Opened.Enqueue(FakeDesk.Make(ApprovalStatus.Pending));
        await vaults.PutAsync("wait-1", """{"value":"the one that they agree to","tags":{"a":"1","b":"2"}}""");
        await vaults.PutAsync("wait-1", """{"tags":{"b":"2","a":"1"},"value":"the one that they agree to"}""");
        Assert.HasCount(1, vaults.Pipeline.Desk.Requests.Select(static asked => asked.Fingerprint.Value).Distinct().ToArray());
    }

    [TestMethod]
    public async Task Attack_ValueInWhatIsRecordedOrRefused_IsNowhere()
    {
        await using var vaults = await VaultHarness.StartAsync();
        const string Sent = "sent-value-0f3a9d-never-to-be-seen";
        vaults.Dev.Add("feature-key", Password);
        await vaults.GetAsync("secrets/feature-key");
        await vaults.PutAsync("db-a", $$"""{"value":"{{Sent}}"}""");
        await vaults.PutAsync("db-a", $$"""{"value":"{{Sent}}","value":"{{Sent}}"}""");
        await vaults.PutAsync("other", $$"""{"value":"{{Sent}}"}""");
        vaults.Dev.OnAsked = static _ => throw new InvalidOperationException($"a bug that knows {Sent}");
        var broken = await vaults.PutAsync("db-a", $$"""{"value":"{{Sent}}"}""");
        Assert.AreEqual(HttpStatusCode.InternalServerError, broken.Status);
        Assert.DoesNotContain(Sent, broken.Text);
        Assert.DoesNotContain(Sent, vaults.Recorded);
        Assert.DoesNotContain(Password, vaults.Recorded);
    }

    [TestMethod]
    public void Attack_PrintingAValue_PrintsItsName()
    {
        var value = new SecretValue(new SecretFacts(SecretName.Parse("db-a"), null), Password);
        Assert.DoesNotContain(Password, $"{value}");
    }

    [TestMethod]
    public async Task Attack_TokenForTheVaultItself_IsNeverAskedFor()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Pipeline.Client.DefaultRequestHeaders.Remove("Authorization");
        Assert.DoesNotContain("vault.azure.net", (await vaults.GetAsync("secrets/db-a")).Headers["WWW-Authenticate"]);
    }

    [TestMethod]
    public void Attack_SecretCallBesideACallOfGitHub_IsABug()
    {
        var operations = new[] { Operation.GitRead(RepositoryName.Parse("acme/a")), Operation.Secret(VaultName.Parse("kv-dev"), SecretName.Parse("feature-x"), new SecretCall(SecretVerb.Get)) };
        var policy = Core.Policy.PolicyCompiler.Compile(VaultHarness.Policy).Policy!;
        Assert.ThrowsExactly<InvalidOperationException>(() => Gateway.Pipeline.Authorization.Decide(policy, PipelineHarness.Developer, operations, new Gateway.Pipeline.Exchange(new FakeLedger(), TimeProvider.System)));
    }
}
