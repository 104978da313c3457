using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Tests.Identity;

[TestClass]
public sealed partial class AuthorizeTests
{
    private const string Verifier = "a-verifier-that-is-long-enough-to-be-taken-0123456789";
    private const string Redirect = "http://127.0.0.1:50123/callback";
    private static ProviderUnderTest _provider = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _provider = await ProviderUnderTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await _provider.DisposeAsync();

    [TestMethod]
    public async Task Discovery_SaysWhatThereIs()
    {
        var configuration = await _provider.DiscoverAsync();

        Assert.AreEqual(_provider.Server.Issuer.AbsoluteUri, configuration.Issuer);
        Assert.DoesNotEndWith("/", configuration.Issuer);
        CollectionAssert.AreEqual(new[] { "S256" }, configuration.CodeChallengeMethodsSupported.ToArray());
        CollectionAssert.AreEqual(new[] { "pairwise" }, configuration.SubjectTypesSupported.ToArray());
        Assert.StartsWith(_provider.Tenant + "/oauth2/v2.0/", configuration.AuthorizationEndpoint);
        Assert.StartsWith(_provider.Tenant + "/oauth2/v2.0/", configuration.TokenEndpoint);
    }

    [TestMethod]
    public async Task Page_OffersEveryPersonAndNoWorkload_AndCarriesTheRequestOn()
    {
        using var response = await _provider.Http.GetAsync(Address(Question()));

        var page = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, page);
        CollectionAssert.AreEqual(
            new[] { "developer", "lead", "outsider", "nobody" }, Buttons().Matches(page).Select(static match => match.Groups[1].Value).ToArray());
        var hidden = Hidden().Matches(page).ToDictionary(static match => match.Groups[1].Value, static match => WebUtility.HtmlDecode(match.Groups[2].Value));
        Assert.AreEqual("a \"state\" <with> marks", hidden["state"]);
        hidden["identity"] = "developer";
        using var posted = await _provider.Http.PostAsync(Address([]), new FormUrlEncodedContent(hidden));
        Assert.AreEqual(HttpStatusCode.Redirect, posted.StatusCode, await posted.Content.ReadAsStringAsync());
        Assert.StartsWith(Redirect + "?", posted.Headers.Location!.AbsoluteUri);
        Assert.AreEqual("a \"state\" <with> marks", QueryHelpers.ParseQuery(posted.Headers.Location.Query)["state"].ToString());
    }

    [TestMethod]
    [DataRow("code_challenge", null, DisplayName = "no PKCE")]
    [DataRow("code_challenge_method", "plain", DisplayName = "plain PKCE")]
    [DataRow("code_challenge_method", null, DisplayName = "PKCE without a method, which means plain")]
    [DataRow("redirect_uri", "https://evil.example/callback", DisplayName = "foreign redirect")]
    [DataRow("redirect_uri", "http://127.0.0.1:50123/other", DisplayName = "other path")]
    [DataRow("redirect_uri", "https://127.0.0.1:50123/callback", DisplayName = "other scheme")]
    [DataRow("redirect_uri", "http://127.0.0.1.evil.example/callback", DisplayName = "host that begins like loopback")]
    [DataRow("redirect_uri", "http://evil@127.0.0.1:50123/callback", DisplayName = "user in the redirect")]
    [DataRow("redirect_uri", "http://127.0.0.1:50123/callback?next=x", DisplayName = "query in the redirect")]
    [DataRow("redirect_uri", null, DisplayName = "no redirect")]
    [DataRow("client_id", "unknown")]
    [DataRow("client_id", "build", DisplayName = "a client that signs nobody in")]
    [DataRow("client_id", "cursor", DisplayName = "another client's redirect")]
    [DataRow("response_type", "token", DisplayName = "implicit")]
    [DataRow("scope", "openid admin", DisplayName = "unknown scope")]
    [DataRow("resource", "https://elsewhere.example", DisplayName = "foreign resource")]
    public async Task Request_ThatIsNotAsItShouldBe_GetsNoPageAndNoCode(string parameter, string? value)
    {
        var question = Question();
        if (value is null)
        {
            question.Remove(parameter);
        }
        else
        {
            question[parameter] = value;
        }

        using var asked = await _provider.Http.GetAsync(Address(question));
        question["identity"] = "developer";
        using var posted = await _provider.Http.PostAsync(Address([]), new FormUrlEncodedContent(question));

        foreach (var response in new[] { asked, posted })
        {
            Assert.AreNotEqual(HttpStatusCode.OK, response.StatusCode);
            Assert.DoesNotContain("code=", response.Headers.Location?.Query ?? string.Empty);
            Assert.AreNotEqual("evil.example", response.Headers.Location?.Host);
        }
    }

    [TestMethod]
    [DataRow("http://127.0.0.1:1/callback")]
    [DataRow("http://[::1]:65000/callback")]
    [DataRow("http://localhost:4242/callback")]
    public async Task CommandLine_MayListenOnAnyLoopbackPort(string redirect)
    {
        Assert.IsNotNull(await CodeAsync(Question(redirect)));
    }

    [TestMethod]
    [DataRow("http://localhost:8787/callback", true)]
    [DataRow("https://www.cursor.com/agents/mcp/oauth/callback", true)]
    [DataRow("cursor://anysphere.cursor-mcp/oauth/callback", true)]
    [DataRow("http://localhost:8788/callback", false, DisplayName = "Cursor's port is fixed")]
    [DataRow("cursor://anysphere.cursor-mcp/oauth/callback2", false)]
    public async Task Cursor_HasItsOwnRedirectsAndNoOthers(string redirect, bool taken)
    {
        var question = Question(redirect);
        question["client_id"] = "cursor";

        Assert.AreEqual(taken, await CodeAsync(question) is not null);
    }

    [TestMethod]
    [DataRow("nobody", "access_denied")]
    [DataRow("build", "access_denied", DisplayName = "a workload is nobody")]
    [DataRow("root", "access_denied")]
    public async Task Pick_OfNobody_GoesBackWithTheError(string identity, string error)
    {
        var question = Question();
        question["identity"] = identity;
        using var posted = await _provider.Http.PostAsync(Address([]), new FormUrlEncodedContent(question));

        Assert.AreEqual(error, QueryHelpers.ParseQuery(posted.Headers.Location!.Query)["error"].ToString());
    }

    [TestMethod]
    public async Task PromptNone_NeedsASessionThatNobodyHas()
    {
        var question = Question();
        question["prompt"] = "none";
        using var response = await _provider.Http.GetAsync(Address(question));

        Assert.AreEqual("login_required", QueryHelpers.ParseQuery(response.Headers.Location!.Query)["error"].ToString());
    }

    [TestMethod]
    [DataRow("code_verifier", "another-verifier-that-is-long-enough-to-be-taken-01234", "invalid_grant")]
    [DataRow("code_verifier", null, "invalid_request")]
    [DataRow("redirect_uri", "http://127.0.0.1:50124/callback", "invalid_grant")]
    [DataRow("client_id", "cursor", "invalid_grant")]
    [DataRow("client_id", "unknown", "invalid_grant")]
    [DataRow("client_secret", "made-up", "invalid_client")]
    public async Task Code_WithTheWrongProof_IsWorthNothing(string parameter, string? value, string error)
    {
        var form = Exchange((await CodeAsync(Question()))!).Where(pair => pair.Item1 != parameter).ToList();
        if (value is not null)
        {
            form.Add((parameter, value));
        }

        var (status, answer) = await _provider.TokenAsync([.. form]);

        Assert.AreEqual(error == "invalid_client" ? 401 : 400, status, answer.GetRawText());
        Assert.AreEqual(error, answer.GetProperty("error").GetString());
    }

    [TestMethod]
    public async Task Code_IsGoodOnce()
    {
        var code = (await CodeAsync(Question()))!;

        var (first, _) = await _provider.TokenAsync(Exchange(code));
        var (second, answer) = await _provider.TokenAsync(Exchange(code));

        Assert.AreEqual((200, 400), (first, second));
        Assert.AreEqual("invalid_grant", answer.GetProperty("error").GetString());
    }

    [TestMethod]
    [DataRow("wrong", 401, "invalid_client")]
    [DataRow(null, 400, "invalid_request")]
    public async Task Workload_WithoutItsSecret_GetsNothing(string? secret, int expected, string error)
    {
        var (status, answer) = await _provider.TokenAsync(
            [("grant_type", "client_credentials"), ("client_id", "build"), .. secret is null ? Array.Empty<(string, string)>() : [("client_secret", secret)]]);

        Assert.AreEqual((expected, error), (status, answer.GetProperty("error").GetString()));
    }

    [TestMethod]
    public async Task PublicClient_GetsNothingForItself()
    {
        var (status, _) = await _provider.TokenAsync(("grant_type", "client_credentials"), ("client_id", "cursor"), ("client_secret", "x"));

        Assert.AreEqual(401, status);
    }

    [TestMethod]
    [DataRow("/.well-known/openid-configuration")]
    [DataRow("/oauth2/v2.0/authorize")]
    [DataRow("/discovery/v2.0/keys")]
    public async Task NothingOfTheTenant_AnswersOutsideItsPath(string path)
    {
        using var response = await _provider.Http.GetAsync(new Uri(_provider.Server.Issuer, path));

        Assert.AreEqual(HttpStatusCode.NotFound, response.StatusCode);
    }

    [GeneratedRegex("<button[^>]* name=\"identity\" value=\"([a-z]+)\"")]
    private static partial Regex Buttons();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")]
    private static partial Regex Hidden();

    private static Dictionary<string, string> Question(string redirect = Redirect) => new()
    {
        ["response_type"] = "code",
        ["client_id"] = "cursor-broker-cli",
        ["redirect_uri"] = redirect,
        ["scope"] = "openid offline_access",
        ["state"] = "a \"state\" <with> marks",
        ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    };

    private static (string, string)[] Exchange(string code) =>
    [
        ("grant_type", "authorization_code"), ("code", code), ("client_id", "cursor-broker-cli"), ("redirect_uri", Redirect), ("code_verifier", Verifier),
    ];

    private static string Address(Dictionary<string, string> question) =>
        QueryHelpers.AddQueryString(_provider.Tenant + "/oauth2/v2.0/authorize", question!);

    private static async Task<string?> CodeAsync(Dictionary<string, string> question)
    {
        question["identity"] = "developer";
        using var posted = await _provider.Http.PostAsync(Address([]), new FormUrlEncodedContent(question));
        return posted.Headers.Location is { } location && QueryHelpers.ParseQuery(location.Query).TryGetValue("code", out var code) ? code.ToString() : null;
    }
}
