using System.Net;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Gateway.Tests.Vault;

[TestClass]
public sealed class VaultFaultTests
{
    [TestMethod]
    [DataRow(VaultFaultKind.Throttled, HttpStatusCode.TooManyRequests, "Throttled", null)]
    [DataRow(VaultFaultKind.Unavailable, HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", null)]
    [DataRow(VaultFaultKind.Forbidden, HttpStatusCode.Forbidden, "Forbidden", "TheCode")]
    [DataRow(VaultFaultKind.Disabled, HttpStatusCode.Forbidden, "Forbidden", "TheCode")]
    [DataRow(VaultFaultKind.Conflict, HttpStatusCode.Conflict, "Conflict", "TheCode")]
    [DataRow(VaultFaultKind.NotFound, HttpStatusCode.NotFound, "TheCode", null)]
    [DataRow(VaultFaultKind.Invalid, HttpStatusCode.BadRequest, "BadParameter", "TheCode")]
    public async Task Fault_OfTheVault_IsToldInItsWordsAndNothingElse(VaultFaultKind kind, HttpStatusCode status, string code, string? inner)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", "the value of the key");
        vaults.Dev.Instead = _ => new VaultFault(kind, "TheCode", "appid=1234 oid=5678 does not have") { RetryAfter = kind == VaultFaultKind.Throttled ? TimeSpan.FromSeconds(7) : null };

        var answer = await vaults.GetAsync("secrets/feature-key");

        Assert.AreEqual((status, code, inner), (answer.Status, answer.Code, answer.InnerCode), answer.Text);
        Assert.DoesNotContain("appid", answer.Text);
        Assert.AreEqual(kind == VaultFaultKind.Throttled ? "7" : null, answer.Headers.GetValueOrDefault("Retry-After"));
        Assert.IsEmpty(vaults.Pipeline.Ledger.Events.OfType<SecretRead>());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("?api-version=6.0")]
    [DataRow("?api-version=7.4&api-version=7.4")]
    [DataRow("?api-version=7.4&maxresults=3")] // of lists only
    [DataRow("?api-version=7.4&unknown=1")]
    public async Task Query_ThatMakesNoSense_IsRefused(string query)
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.SendAsync(HttpMethod.Get, $"vaults/kv-dev/secrets/feature-key{query}");
        Assert.AreEqual((HttpStatusCode.BadRequest, "BadParameter"), (answer.Status, answer.Code), answer.Text);
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    [DataRow("""{}""", "missing")]
    [DataRow("""{"value":1}""", "nothing else")]
    [DataRow("""{"value":"a","kid":"b"}""", "nothing else")]
    [DataRow("""{"value":"a","value":"b"}""", "one way only")]
    [DataRow("""["a"]""", "no JSON object")]
    [DataRow("""{"value":"a","attributes":{"exp":-1}}""", "nothing else")]
    [DataRow("""{"value":"a","tags":{"a":1}}""", "nothing else")]
    [DataRow("""{"value":"a","tags":{"Broker-Fingerprint":"b"}}""", "which are the broker's")]
    [DataRow("""not json""", "one way only")]
    public async Task Body_ThatMakesNoSense_IsRefusedWithoutRepeatingIt(string json, string says)
    {
        await using var vaults = await VaultHarness.StartAsync();
        var answer = await vaults.PutAsync("db-a", json);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, answer.Text);
        Assert.Contains(says, answer.Message!);
        Assert.IsEmpty(vaults.Dev.Asked);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "the vault says that it is away")]
    [DataRow(false, DisplayName = "the way there breaks")]
    public async Task Set_WhoseOutcomeIsUnknown_IsRecordedAsThatAndSaidToBe(bool isTold)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Instead = _ => isTold ? new VaultFault(VaultFaultKind.Unavailable, "Away", "timed out") : throw new HttpRequestException("broke");

        var answer = await vaults.PutAsync("db-a", """{"value":"something new here"}""");

        Assert.AreEqual(isTold ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.InternalServerError, answer.Status, answer.Text);
        Assert.AreEqual(isTold, answer.Message!.Contains("not known", StringComparison.Ordinal));
        var changed = vaults.Pipeline.Ledger.Single<SecretChanged>();
        Assert.AreEqual(("kv-dev", "db-a", null, "unknown"), (changed.Vault, changed.Secret, changed.Version, changed.Change));
    }

    [TestMethod]
    public async Task Set_WhoseCallerGoesWhileTheVaultIsAsked_IsNotEndedAndIsOnRecord()
    {
        await using var vaults = await VaultHarness.StartAsync();
        using var gone = new CancellationTokenSource();
        vaults.Pipeline.Arriving.Add(context => context.RequestAborted = gone.Token);
        vaults.Dev.OnAsked = _ => gone.Cancel();
        try
        {
            await vaults.PutAsync("db-a", """{"value":"something new here"}""");
        }
        catch (HttpRequestException)
        {
            // Its caller is gone, so that nobody is answered.
        }

        Assert.AreEqual("something new here", vaults.Dev.Current("db-a"));
        Assert.IsTrue(vaults.Dev.ChangeEnds.CanBeCanceled && !vaults.Dev.ChangeEnds.IsCancellationRequested);
        Assert.AreEqual("set", vaults.Pipeline.Ledger.Single<SecretChanged>().Change);
    }

    [TestMethod]
    [DataRow(40, HttpStatusCode.OK)]
    [DataRow(41, HttpStatusCode.Conflict)]
    public async Task Delete_OfADisabledSecretWithManyPagesOfVersions_IsRefusedAboveFortyPages(int versions, HttpStatusCode status)
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.PageSize = 1;
        for (var i = 0; i < versions; i++)
        {
            vaults.Dev.Add("wait-1", "a value of it", static facts => facts with { IsEnabled = false });
        }

        vaults.Pipeline.Desk.Opened.Enqueue(Pipeline.FakeDesk.Make(Core.Approvals.ApprovalStatus.Approved));
        vaults.Pipeline.Desk.Uses.Enqueue(new Core.Approvals.ApprovalStep.Moved { Approval = Pipeline.FakeDesk.Make(Core.Approvals.ApprovalStatus.Used) });
        var answer = await vaults.SendAsync(HttpMethod.Delete, "vaults/kv-dev/secrets/wait-1?api-version=7.4");
        Assert.AreEqual(status, answer.Status, answer.Text);
    }

    [TestMethod]
    [DataRow(25 * 1024, HttpStatusCode.OK)]
    [DataRow((25 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [DataRow(1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Value_IsAtMost25KB(int length, HttpStatusCode status)
    {
        await using var vaults = await VaultHarness.StartAsync();
        Assert.AreEqual(status, (await vaults.PutAsync("db-a", $$"""{"value":"{{new string('a', length)}}"}""")).Status);
        Assert.AreEqual(status == HttpStatusCode.OK ? 1 : 0, vaults.Dev.Asked.Count);
    }

    [TestMethod]
    public async Task Get_OfAVersionThatIsGone_IsNotFound()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", "the value of the key");
        var answer = await vaults.GetAsync("secrets/feature-key/ffffffffffffffffffffffffffffffff");
        Assert.AreEqual((HttpStatusCode.NotFound, "SecretNotFound"), (answer.Status, answer.Code));
    }

    [TestMethod]
    public async Task Get_Expired_IsAnsweredAsByTheVaultWithItsTime()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", "the value of the key", static facts => facts with { Expires = DateTimeOffset.UnixEpoch });
        var answer = await vaults.GetAsync("secrets/feature-key");
        Assert.AreEqual("the value of the key", answer.Value);
        Assert.AreEqual(0L, (long?)answer.Json["attributes"]!["exp"]);
    }

    [TestMethod]
    public async Task Get_StateDown_AnswersNoValue()
    {
        await using var vaults = await VaultHarness.StartAsync();
        vaults.Dev.Add("feature-key", "the value of the key");
        vaults.Dev.OnAsked = _ => vaults.Pipeline.State.IsDown = true;
        var answer = await vaults.GetAsync("secrets/feature-key");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("the value", answer.Text);
    }
}
