using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Tests.Oidc;

[TestClass]
public sealed class KeyRefreshTests
{
    [TestMethod]
    public async Task Authenticate_FirstTokenAfterKeyRotation_IsAcceptedInTheSameCall()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        fixture.Provider.Keys = [TestKey.OtherRsa.Jwk()];
        await fixture.AcceptedAsync(TestKey.OtherRsa.Token(fixture.Payload()));
        Assert.AreEqual(2, fixture.Provider.Fetches);

        // The key that went is no longer believed.
        await fixture.RejectedAsync(TestKey.Rsa.Token(fixture.Payload()), AuthenticationFailure.UnknownKey);
    }

    [TestMethod]
    public async Task Authenticate_SecondRotationWithinTheInterval_IsAcceptedOnceItIsOver()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        await fixture.RejectedAsync(TestKey.OtherRsa.Token(fixture.Payload()), AuthenticationFailure.UnknownKey);
        fixture.Provider.Keys = [TestKey.OtherRsa.Jwk()];
        await fixture.RejectedAsync(TestKey.OtherRsa.Token(fixture.Payload()), AuthenticationFailure.UnknownKey);
        fixture.Time.Advance(fixture.Options.UnknownKeyInterval);
        await fixture.AcceptedAsync(TestKey.OtherRsa.Token(fixture.Payload()));
    }

    [TestMethod]
    public async Task Authenticate_FloodOfUnknownKeyIds_CausesOneFetchAnInterval()
    {
        using var fixture = new RelyingPartyFixture();
        for (var minute = 0; minute < 3; minute++)
        {
            var flood = Enumerable.Range(0, 100).Select(i => fixture.RejectedAsync(
                TestKey.OtherRsa.Token(new { alg = "RS256", kid = $"made-up-{i}" }, fixture.Payload(), "RS256"), AuthenticationFailure.UnknownKey));
            await Task.WhenAll(flood);
            Assert.AreEqual(2 + minute, fixture.Provider.Fetches);
            await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
            fixture.Time.Advance(fixture.Options.UnknownKeyInterval);
        }
    }

    [TestMethod]
    public async Task Authenticate_TwoHundredFirstCalls_FetchOnce()
    {
        using var fixture = new RelyingPartyFixture();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var discovery = $$"""{"issuer":"{{fixture.Provider.Issuer}}","jwks_uri":"{{fixture.Provider.Jwks}}"}""";
        fixture.Web.On(fixture.Provider.Discovery, async (_, cancel) =>
        {
            await gate.Task.WaitAsync(cancel);
            return FakeWeb.Json(discovery);
        });

        var token = TestKey.Rsa.Token(fixture.Payload());

        // The gate opens when all have begun and wait, from many threads.
        var calls = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Factory.StartNew(
            () => fixture.AcceptedAsync(token), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default)));
        gate.SetResult();
        await Task.WhenAll(calls);
        Assert.AreEqual(1, fixture.Provider.Fetches);
        Assert.AreEqual(1, fixture.Web.Count(fixture.Provider.Jwks));
    }

    [TestMethod]
    public async Task Authenticate_CallerThatGivesUp_DoesNotFailTheOthers()
    {
        using var fixture = new RelyingPartyFixture();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var discovery = $$"""{"issuer":"{{fixture.Provider.Issuer}}","jwks_uri":"{{fixture.Provider.Jwks}}"}""";
        fixture.Web.On(fixture.Provider.Discovery, async (_, cancel) =>
        {
            reached.TrySetResult();
            await gate.Task.WaitAsync(cancel);
            return FakeWeb.Json(discovery);
        });

        using var impatient = new CancellationTokenSource();
        var token = TestKey.Rsa.Token(fixture.Payload());
        var leaver = fixture.Authenticator.AuthenticateAsync(new PresentedToken(token), [fixture.Settings], impatient.Token).AsTask();
        await reached.Task;
        var stayer = fixture.AcceptedAsync(token);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => leaver);
        gate.SetResult();
        await stayer;
        Assert.AreEqual(1, fixture.Provider.Fetches);
    }

    [TestMethod]
    public async Task Authenticate_OldKeys_AreRefreshedInTheBackgroundAndWithdrawnOnesGo()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        fixture.Provider.Keys = [TestKey.OtherRsa.Jwk()];
        fixture.Time.Advance(fixture.Options.RefreshAfter);

        var refreshed = fixture.NextFetch();
        await fixture.AskAsync(TestKey.Rsa.Token(fixture.Payload()));
        await refreshed;
        await fixture.AcceptedAsync(TestKey.OtherRsa.Token(fixture.Payload()));
        Assert.AreEqual(2, fixture.Provider.Fetches);
        await fixture.RejectedAsync(TestKey.Rsa.Token(fixture.Payload()), AuthenticationFailure.UnknownKey);
    }

    [TestMethod]
    public async Task Authenticate_ProviderDown_UsesLastKnownGoodUpToItsAgeThenRefusesThenRecovers()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        fixture.Provider.GoDown();

        fixture.Time.Advance(fixture.Options.LastKnownGoodLifetime - TimeSpan.FromSeconds(10));
        var attempt = fixture.NextFetch();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        await attempt;
        for (var i = 0; i < 100; i++)
        {
            await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        }

        Assert.AreEqual(2, fixture.Provider.Fetches, "one attempt an interval, however many ask");

        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("503", await fixture.UnavailableAsync(TestKey.Rsa.Token(fixture.Payload())));

        fixture.Provider.ComeUp();
        fixture.Time.Advance(fixture.Options.RetryInterval);
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }

    [TestMethod]
    public async Task Authenticate_UnknownKeyWhileProviderIsDown_IsUnavailableNotRejected()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        fixture.Provider.GoDown();
        await fixture.UnavailableAsync(TestKey.OtherRsa.Token(fixture.Payload()));
        await fixture.UnavailableAsync(TestKey.OtherRsa.Token(fixture.Payload()));
        Assert.AreEqual(2, fixture.Provider.Fetches);
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }

    [TestMethod]
    public async Task Authenticate_ProviderDownNeverSeen_IsUnavailableAndAskedOnceAnInterval()
    {
        using var fixture = new RelyingPartyFixture();
        fixture.Provider.GoDown();
        var token = TestKey.Rsa.Token(fixture.Payload());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fixture.UnavailableAsync(token)));
        await fixture.UnavailableAsync(token);
        Assert.AreEqual(1, fixture.Provider.Fetches);

        fixture.Provider.ComeUp();
        await fixture.UnavailableAsync(token);
        fixture.Time.Advance(fixture.Options.RetryInterval);
        await fixture.AcceptedAsync(token);
    }

    [TestMethod]
    public async Task Authenticate_ProviderSuddenlyWithoutKeys_KeepsTheLastKnownGood()
    {
        using var fixture = new RelyingPartyFixture();
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
        fixture.Provider.Keys = [];
        await fixture.UnavailableAsync(TestKey.OtherRsa.Token(fixture.Payload()));
        await fixture.AcceptedAsync(TestKey.Rsa.Token(fixture.Payload()));
    }
}
