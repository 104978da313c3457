using System.Net;
using System.Security.Cryptography;
using Azure.Identity;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Adapters.KeyVault;
using CursorBroker.Adapters.Tests.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.Tests.KeyVault;

/// <summary>The App's key from a vault, through the real SDK: rotation, failures, and what is known meanwhile.</summary>
[TestClass]
public sealed class KeyVaultAppKeySourceTests
{
    private static readonly RSA Old = RSA.Create(2048);
    private static readonly RSA Current = RSA.Create(2048);
    private static readonly RSA Next = RSA.Create(2048);

    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(5);

    [TestMethod]
    public async Task Get_SeveralVersions_GivesTheTwoNewestOfThemNewestFirst()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Old);
        Set(vault, Current);
        Set(vault, Next);

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsNull(set.Problem);
        CollectionAssert.AreEqual(Ids(Next, Current), set.Keys.Select(static key => key.Id).ToArray());
    }

    [TestMethod]
    public async Task Get_DisabledExpiredOrNotYetValid_IsNotUsed()
    {
        await using var vault = await FakeVault.StartAsync();
        var now = vault.Time.GetUtcNow();
        Set(vault, Current);
        vault.Set(FakeVault.AppKey, Pem(Old), enabled: false);
        vault.Set(FakeVault.AppKey, Pem(Old), expires: now);
        vault.Set(FakeVault.AppKey, Pem(Old), notBefore: now.AddSeconds(1));

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        CollectionAssert.AreEqual(Ids(Current), set.Keys.Select(static key => key.Id).ToArray());
        Assert.AreEqual(1, vault.Calls.Count(static call => !call.EndsWith("/versions", StringComparison.Ordinal)), "The values of the others are not even read.");
    }

    [TestMethod]
    public async Task Get_NoVersionMayBeUsed_SaysHowMany()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set(FakeVault.AppKey, Pem(Old), enabled: false);
        vault.Set(FakeVault.AppKey, Pem(Old), expires: vault.Time.GetUtcNow());

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        StringAssert.Contains(set.Problem, "may be used: 1 disabled, 1 expired, 0 not valid yet", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_ManyAtOnceAndAgain_AsksTheVaultOnce()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);

        var sets = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => vault.Keys.GetAsync(CancellationToken.None).AsTask()));
        vault.Time.Advance(Refresh - TimeSpan.FromTicks(1));
        await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsTrue(sets.All(static set => set.Keys.Length == 1));
        Assert.HasCount(2, vault.Calls);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Get_OlderThanRefresh_AnswersFromMemoryAndLearnsInTheBackground()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        var known = await vault.Keys.GetAsync(CancellationToken.None);
        Set(vault, Next);
        var answer = new TaskCompletionSource();
        vault.Instead = async context =>
        {
            await answer.Task;
            context.Abort();
        };

        vault.Time.Advance(Refresh);
        var meanwhile = await vault.Keys.GetAsync(CancellationToken.None);
        vault.Instead = null;
        answer.SetResult();

        Assert.AreSame(known.Keys[0], meanwhile.Keys[0], "The vault had not answered yet.");
        await UntilAsync(async () => (await vault.Keys.GetAsync(CancellationToken.None)).Keys.Length == 2);
        var after = await vault.Keys.GetAsync(CancellationToken.None);
        Assert.AreSame(known.Keys[0], after.Keys[1], "A version is read and parsed once.");
    }

    [TestMethod]
    public async Task Get_ThreeTimesAsOldAsRefresh_WaitsForTheVault()
    {
        await using var vault = await FakeVault.StartAsync();
        var old = Set(vault, Old);
        Set(vault, Current);
        await vault.Keys.GetAsync(CancellationToken.None);
        vault.Disable(FakeVault.AppKey, old);

        vault.Time.Advance(3 * Refresh);
        var set = await vault.Keys.GetAsync(CancellationToken.None);

        CollectionAssert.AreEqual(Ids(Current), set.Keys.Select(static key => key.Id).ToArray());
    }

    [TestMethod]
    public async Task Get_DisabledBetweenListingAndReading_TakesTheOneBefore()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Old);
        var current = Set(vault, Current);
        Set(vault, Next);
        vault.AfterListing = () => vault.Disable(FakeVault.AppKey, current);

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        CollectionAssert.AreEqual(Ids(Next, Old), set.Keys.Select(static key => key.Id).ToArray());
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public async Task Get_VaultIsDown_TheLastKnownKeysServeAndTheProblemIsSaid()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        await vault.Keys.GetAsync(CancellationToken.None);
        vault.Fail(503, "ServiceUnavailable");

        vault.Time.Advance(3 * Refresh);
        var set = await vault.Keys.GetAsync(CancellationToken.None);
        var calls = vault.Calls.Count;
        var again = await vault.Keys.GetAsync(CancellationToken.None);

        CollectionAssert.AreEqual(Ids(Current), set.Keys.Select(static key => key.Id).ToArray());
        StringAssert.Contains(set.Problem, "503", StringComparison.Ordinal);
        Assert.AreSame(set.Keys[0], again.Keys[0]);
        Assert.HasCount(calls, vault.Calls, "It is left alone for a while.");
        vault.Instead = null;
        vault.Time.Advance(TimeSpan.FromSeconds(5));
        await UntilAsync(async () => (await vault.Keys.GetAsync(CancellationToken.None)).Problem is null);
    }

    [TestMethod]
    public async Task Attack_AKeyThatTheVaultNoLongerGives_StopsSigningAfterADay()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        await vault.Keys.GetAsync(CancellationToken.None);
        vault.Fail(403, "Forbidden", "ForbiddenByRbac");
        vault.Time.Advance(CachedSecret.LongestSilence);

        var set = await vault.Keys.GetAsync(CancellationToken.None);
        var again = await vault.Keys.RefreshAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        Assert.IsEmpty(again.Keys);
        StringAssert.Contains(set.Problem, "Key Vault Secrets User", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_KeyExpiresWhileTheVaultIsDown_IsNotUsedAnyMore()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set(FakeVault.AppKey, Pem(Current), expires: vault.Time.GetUtcNow().AddMinutes(1));
        Assert.HasCount(1, (await vault.Keys.GetAsync(CancellationToken.None)).Keys);
        await vault.GoDownAsync();

        vault.Time.Advance(TimeSpan.FromMinutes(1));
        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        StringAssert.Contains(set.Problem, "expired", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_SecretDeleted_ItsKeysAreGone()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        await vault.Keys.GetAsync(CancellationToken.None);
        vault.Delete(FakeVault.AppKey);

        vault.Time.Advance(3 * Refresh);
        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        StringAssert.Contains(set.Problem, $"There is no secret 'github-app-key' in {vault.Address}.", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_SecretSetAfterItWasMissing_IsFoundWithinSeconds()
    {
        await using var vault = await FakeVault.StartAsync();
        Assert.IsEmpty((await vault.Keys.GetAsync(CancellationToken.None)).Keys);
        Set(vault, Current);
        Assert.IsEmpty((await vault.Keys.GetAsync(CancellationToken.None)).Keys, "Not asked again at every call.");

        vault.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.HasCount(1, (await vault.Keys.GetAsync(CancellationToken.None)).Keys);
    }

    [TestMethod]
    public async Task Get_Throttled_IsNotRepeatedBeforeRetryAfter()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        vault.Fail(429, "Throttled", retryAfter: "40");

        var set = await vault.Keys.GetAsync(CancellationToken.None);
        vault.Time.Advance(TimeSpan.FromSeconds(40) - TimeSpan.FromTicks(1));
        await vault.Keys.GetAsync(CancellationToken.None);
        await vault.Keys.RefreshAsync(CancellationToken.None);

        StringAssert.Contains(set.Problem, "is throttling (429)", StringComparison.Ordinal);
        Assert.HasCount(1, vault.Calls);
        vault.Instead = null;
        vault.Time.Advance(TimeSpan.FromTicks(1));
        Assert.HasCount(1, (await vault.Keys.GetAsync(CancellationToken.None)).Keys);
    }

    [TestMethod]
    [DataRow(500, "InternalServerError", null, "answered 500", 3, DisplayName = "a fault that may pass is tried three times")]
    [DataRow(401, "Unauthorized", null, "in the tenant of the broker's identity", 1, DisplayName = "a token of another tenant")]
    [DataRow(403, "Forbidden", "ForbiddenByRbac", "Give it the role Key Vault Secrets User on this vault", 1, DisplayName = "no role")]
    [DataRow(403, "Forbidden", "ForbiddenByFirewall", "The firewall of", 1, DisplayName = "firewall")]
    [DataRow(403, "Forbidden", "ForbiddenByConnection", "private endpoint", 1, DisplayName = "private link only")]
    [DataRow(403, "Forbidden", "ForbiddenByPolicy", "give it get and list of secrets", 1, DisplayName = "access policies")]
    [DataRow(403, "Forbidden", null, "(403 Forbidden)", 1, DisplayName = "403 without a reason")]
    public async Task Get_VaultRefuses_SaysHowToMendIt(int status, string code, string? inner, string expected, int attempts)
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        vault.Fail(status, code, inner);

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        StringAssert.Contains(set.Problem, expected, StringComparison.Ordinal);
        StringAssert.Contains(set.Problem, vault.Address.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("oid=", set.Problem!, "The vault's own text names the caller's ids.");
        Assert.HasCount(attempts, vault.Calls);
        StringAssert.Contains(vault.Log.Text, $"Warning 6101 The secret github-app-key could not be read, there is no value to use: {set.Problem}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_NobodyListens_SaysSo()
    {
        await using var vault = await FakeVault.StartAsync();
        await vault.GoDownAsync();

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        Assert.AreEqual("127.0.0.1 cannot be reached (ConnectionRefused).", set.Problem);
    }

    [TestMethod]
    public async Task Get_IdentityHasNoToken_SaysHowToMendIt()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Identity.Fails = new CredentialUnavailableException("Please run 'az login' to set up account\nat line two");

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        StringAssert.Contains(set.Problem, "The broker's identity gets no token", StringComparison.Ordinal);
        StringAssert.Contains(set.Problem, "Please run 'az login' to set up account In Azure", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Get_NotAKey_SaysWhichVersion()
    {
        await using var vault = await FakeVault.StartAsync();
        var id = vault.Set(FakeVault.AppKey, "hunter2-hunter2");

        var set = await vault.Keys.GetAsync(CancellationToken.None);

        Assert.IsEmpty(set.Keys);
        StringAssert.Contains(set.Problem, $"from the secret 'github-app-key' (version {id}) of {vault.Address} cannot be used: it holds no PEM block", StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", set.Problem!);
    }

    [TestMethod]
    public async Task Mint_GitHubRejectsTheKnownKey_ANewOneIsFetchedAtOnceAndTheCallSucceeds()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        using var github = new FakeGitHub().Well();
        var mint = github.App(vault.Keys);
        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
        var old = github.All[^1].Bearer;
        github.On(FakeGitHub.Mint, sent => sent.Bearer == old
            ? FakeGitHub.Json(HttpStatusCode.Unauthorized, "{}")
            : FakeGitHub.Json(HttpStatusCode.Created, FakeGitHub.Answer()));
        Set(vault, Next);

        vault.Time.Advance(TimeSpan.FromMinutes(1));
        var outcome = await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);

        Assert.IsInstanceOfType<MintOutcome.Minted>(outcome);
        Assert.AreEqual(2, vault.Listings);
    }

    [TestMethod]
    public async Task Mint_GitHubRejectsEveryKeyAgainAndAgain_DoesNotExhaustTheVault()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Current);
        using var github = new FakeGitHub().On(FakeGitHub.Lookup, HttpStatusCode.Unauthorized);
        var mint = github.App(vault.Keys);

        for (var i = 0; i < 20; i++)
        {
            var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));
            Assert.AreEqual(MintFailure.AppRejected, failed.Failure);
        }

        Assert.AreEqual(1, vault.Listings);
        vault.Time.Advance(CachedSecret.RejectedEvery);
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);
        Assert.AreEqual(2, vault.Listings);
    }

    [TestMethod]
    public async Task Logs_WhateverHappens_HoldNoValue()
    {
        await using var vault = await FakeVault.StartAsync();
        Set(vault, Old);
        vault.Set(FakeVault.AppKey, "hunter2-hunter2");
        await vault.Keys.GetAsync(CancellationToken.None);
        vault.Fail(403, "Forbidden", "ForbiddenByRbac");
        vault.Time.Advance(3 * Refresh);
        await vault.Keys.GetAsync(CancellationToken.None);

        StringAssert.Contains(vault.Log.Text, "6100", StringComparison.Ordinal);
        StringAssert.Contains(vault.Log.Text, "the last known value serves", StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", vault.Log.Text);
        Assert.DoesNotContain("PRIVATE KEY", vault.Log.Text);
        Assert.DoesNotContain(FakeIdentity.Token, vault.Log.Text);
        Assert.DoesNotContain("hunter2", new SecretVersion("v", "hunter2", null, null).ToString());
    }

    private static string Set(FakeVault vault, RSA key) => vault.Set(FakeVault.AppKey, Pem(key));

    private static string Pem(RSA key) => key.ExportRSAPrivateKeyPem();

    private static string[] Ids(params RSA[] keys) => [.. keys.Select(static key => AppKey.Parse(Pem(key), "the test").Keys[0].Id)];

    /// <summary>Lets the background get there; only the test's own time-out ends it otherwise.</summary>
    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        while (!await done())
        {
            await Task.Yield();
        }
    }
}
