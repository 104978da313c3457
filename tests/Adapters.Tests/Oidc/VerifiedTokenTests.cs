using System.Buffers.Text;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>That a signature was found good once says nothing but that: everything else of a token is looked at each time.</summary>
[TestClass]
public sealed class VerifiedTokenTests
{
    [TestMethod]
    public async Task Token_ThatWasAcceptedBefore_IsRejectedOnceItHasExpired()
    {
        using var fixture = new RelyingPartyFixture();
        var token = TestKey.Rsa.Token(fixture.Payload(("exp", fixture.Time.GetUtcNow().ToUnixTimeSeconds() + 60)));
        await fixture.AcceptedAsync(token);
        await fixture.AcceptedAsync(token);

        fixture.Time.Advance(TimeSpan.FromMinutes(30));

        await fixture.RejectedAsync(token, AuthenticationFailure.Expired);
    }

    [TestMethod]
    public async Task Token_ThatWasAcceptedBefore_IsRejectedOnceThePolicyAsksForAnotherAudience()
    {
        using var fixture = new RelyingPartyFixture();
        var token = TestKey.Rsa.Token(fixture.Payload());
        await fixture.AcceptedAsync(token);

        fixture.Settings = fixture.Settings with { Audiences = ["another"] };

        await fixture.RejectedAsync(token, AuthenticationFailure.WrongAudience);
    }

    [TestMethod]
    public async Task Token_OfTheSameWordsWithAnotherSignature_IsVerifiedAnew()
    {
        using var fixture = new RelyingPartyFixture();
        var good = TestKey.Rsa.Token(fixture.Payload());
        await fixture.AcceptedAsync(good);

        await fixture.RejectedAsync($"{good[..good.LastIndexOf('.')]}.{Base64Url.EncodeToString(new byte[256])}", AuthenticationFailure.BadSignature);
    }

    [TestMethod]
    public async Task Token_ThatWasAcceptedBefore_IsRejectedOnceItsKeyIsReplacedUnderTheSameId()
    {
        using var fixture = new RelyingPartyFixture();
        var token = TestKey.Rsa.Token(fixture.Payload(("exp", fixture.Time.GetUtcNow().AddHours(9).ToUnixTimeSeconds())));
        await fixture.AcceptedAsync(token);
        var replaced = TestKey.OtherRsa.Jwk();
        replaced["kid"] = TestKey.Rsa.Jwk()["kid"];
        fixture.Provider.Keys = [replaced];
        fixture.Time.Advance(fixture.Options.RefreshAfter);
        var fetched = fixture.NextFetch();
        await fixture.AskAsync(token);
        await fetched;

        await fixture.RejectedAsync(token, AuthenticationFailure.BadSignature);
    }

    [TestMethod]
    public void Memory_ThatIsFull_ForgetsAndGoesOn()
    {
        var verified = new VerifiedTokens();
        for (var i = 0; i < VerifiedTokens.Capacity; i++)
        {
            verified.Add($"token {i}");
        }

        Assert.IsFalse(verified.Contains("token 0"));
        verified.Add("one more");
        Assert.IsTrue(verified.Contains("one more"));
        Assert.IsFalse(verified.Contains("one more "), "whatever was not verified");
    }
}
