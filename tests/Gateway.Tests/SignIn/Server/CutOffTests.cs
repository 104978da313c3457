using System.Net;
using System.Net.Http.Headers;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.SignIn.Server.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Administrators end other people's sign-ins, and nobody else does.</summary>
[TestClass]
public sealed class CutOffTests
{
    [TestMethod]
    public async Task CutOff_ByAnAdministrator_EndsThePersonsTokens_AndIsRecordedWithWhoDidIt()
    {
        await using var oauth = await StartAsync();
        var (client, access, refresh) = await oauth.TokensAsync();
        var person = (await oauth.CallerAsync(access)).Person;
        var admin = (await oauth.TokensAsync("lead")).Access;

        var answer = await AskAsync(oauth, admin, person);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.AreEqual(AuthenticationFailure.Expired, await oauth.FailureAsync(access));
        Assert.AreEqual("invalid_grant", await OAuthUnderTest.ErrorOf(await oauth.RefreshAsync(client, refresh)));
        _ = await oauth.CallerAsync(admin);
        var recorded = oauth.Ledger.Events.OfType<SessionsCutOff>().Single();
        Assert.AreEqual(person.ToString(), recorded.Person);
        Assert.AreEqual((await oauth.CallerAsync(admin)).Person.ToString(), recorded.By);
    }

    [TestMethod]
    public async Task CutOff_ByAnybodyElse_IsForbidden_AndHarmsNobody()
    {
        await using var oauth = await StartAsync();
        var access = (await oauth.TokensAsync()).Access;

        var answer = await AskAsync(oauth, access, (await oauth.CallerAsync(access)).Person);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        oauth.Wait();
        _ = await oauth.CallerAsync(access);
        Assert.IsEmpty(oauth.Ledger.Events.OfType<SessionsCutOff>());
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("made-up")]
    public async Task CutOff_ByNobody_IsRefused(string? token)
    {
        await using var oauth = await StartAsync();

        var answer = await AskAsync(oauth, token, new PersonId("https://id.example", "dana"));

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.AreEqual("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.IsEmpty(oauth.State.Records);
    }

    [TestMethod]
    public async Task CutOff_OfNobodyThatThereCanBe_IsRefused()
    {
        await using var oauth = await StartAsync();
        var admin = (await oauth.TokensAsync("lead")).Access;

        Assert.AreEqual(HttpStatusCode.BadRequest, (await SendAsync(oauth, admin, "person=nobody")).StatusCode);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await SendAsync(oauth, admin, "")).StatusCode);
    }

    [TestMethod]
    public async Task CutOff_IsNeverMovedBackwards_AndNeverAhead()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (sessions, now, person) = (oauth.Get<Sessions>(), oauth.Pages.Time.GetUtcNow(), new PersonId("https://id.example", "dana"));

        var first = await sessions.CutOffAsync(person, now, by: null, CancellationToken.None);

        Assert.AreEqual(now, first);
        Assert.AreEqual(now, await sessions.CutOffAsync(person, now - TimeSpan.FromHours(1), by: null, CancellationToken.None));
        Assert.IsTrue(await sessions.IsOverAsync(person, now, CancellationToken.None));
        _ = await sessions.CutOffAsync(person, now + TimeSpan.FromHours(1), by: null, CancellationToken.None);
        Assert.IsFalse(await sessions.IsOverAsync(person, now + TimeSpan.FromMinutes(30), CancellationToken.None));
    }

    [TestMethod]
    public async Task CutOff_EndsBrowsers_AndTheHookKey()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        using var browser = await oauth.Pages.SignedInAsync("developer");
        var person = (await oauth.CallerAsync((await oauth.TokensAsync()).Access)).Person;
        var key = await oauth.Get<HookKeys>().MakeAsync(person, CancellationToken.None);
        Assert.AreEqual(HttpStatusCode.OK, (await browser.GetAsync("/approvals")).Status);

        await oauth.Get<Sessions>().CutOffAsync(person, oauth.Pages.Time.GetUtcNow(), by: null, CancellationToken.None);

        Assert.AreNotEqual(HttpStatusCode.OK, (await browser.GetAsync("/approvals")).Status);
        Assert.IsNull(await oauth.Get<HookKeys>().FindAsync(key, CancellationToken.None));
    }

    private static Task<OAuthUnderTest> StartAsync() => OAuthUnderTest.StartAsync(more: static services =>
    {
        var issuers = ((IPolicySource)services.Last(static service => service.ServiceType == typeof(IPolicySource)).ImplementationInstance!).Current!.Issuers;
        services.AddSingleton<IPolicySource>(new OnePolicy(PolicyCompiler.Compile("""
            version: 1
            roles: { admins: { groups: [payments-leads] } }
            rules:
              - id: one
                who: { groups: [payments-dev] }
                repositories: [acme/a]
                allow: { contents: read }
            """, new PolicyCompileOptions { HostIssuers = issuers }).Policy!));
    });

    private static Task<HttpResponseMessage> AskAsync(OAuthUnderTest oauth, string? token, PersonId person) =>
        SendAsync(oauth, token, $"person={Uri.EscapeDataString(person.ToString())}");

    private static async Task<HttpResponseMessage> SendAsync(OAuthUnderTest oauth, string? token, string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/oauth/cut-off", UriKind.Relative))
        {
            Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")),
        };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await oauth.Http.SendAsync(request);
    }

    private sealed class OnePolicy(PolicySet policy) : IPolicySource
    {
        public PolicySet? Current => policy;

        public PolicyStatus Status => new(policy.Version, null, null);
    }
}
