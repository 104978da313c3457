using System.Net;
using System.Text;
using CursorBroker.Gateway.SignIn.Server;
using CursorBroker.Gateway.SignIn.Server.Registration;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Clients that register themselves.</summary>
[TestClass]
public sealed class RegistrationTests
{
    [TestMethod]
    public async Task Registration_OfCursorsThreeRedirectsAtOnce_AnswersAsAPublicClient()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();

        var answer = await PostAsync(oauth, """
            {"client_name":"Cursor","redirect_uris":["http://localhost:8787/callback","https://www.cursor.com/agents/mcp/oauth/callback","cursor://anysphere.cursor-mcp/oauth/callback"],
             "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none","scope":"broker","software_id":"x"}
            """);

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        var body = await OAuthUnderTest.JsonOf(answer);
        Assert.AreEqual(3, body.GetProperty("redirect_uris").GetArrayLength());
        Assert.AreEqual("none", body.GetProperty("token_endpoint_auth_method").GetString());
        Assert.IsFalse(body.TryGetProperty("client_secret", out _));
        Assert.AreEqual("Cursor", oauth.Get<Clients>().Find(body.GetProperty("client_id").GetString())!.Name);
    }

    [TestMethod]
    [DataRow("""{"redirect_uris":["https://evil.example/"]}""", "invalid_redirect_uri", DisplayName = "A redirect that is not on the list")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb","https://evil.example/"]}""", "invalid_redirect_uri", DisplayName = "One of two that is not")]
    [DataRow("""{"redirect_uris":[]}""", "invalid_redirect_uri", DisplayName = "No redirect")]
    [DataRow("""{"redirect_uris":"http://127.0.0.1/cb"}""", "invalid_redirect_uri", DisplayName = "Redirects that are no list")]
    [DataRow("""{"client_name":"x"}""", "invalid_redirect_uri", DisplayName = "Redirects missing")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"private_key_jwt"}""", "invalid_client_metadata", DisplayName = "A client with a key")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb"],"grant_types":["client_credentials"]}""", "invalid_client_metadata", DisplayName = "Another grant")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb"],"response_types":["token"]}""", "invalid_client_metadata", DisplayName = "Implicit")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb"],"client_name":7}""", "invalid_client_metadata", DisplayName = "A name that is none")]
    [DataRow("""{"redirect_uris":["http://127.0.0.1/cb"],"redirect_uris":["http://127.0.0.1/cd"]}""", "invalid_client_metadata", DisplayName = "A member twice")]
    [DataRow("""["http://127.0.0.1/cb"]""", "invalid_client_metadata", DisplayName = "No object")]
    [DataRow("""{""", "invalid_client_metadata", DisplayName = "No JSON")]
    public async Task Registration_ThatCannotBe_IsRefusedInTheProtocolsWords(string body, string error)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();

        var answer = await PostAsync(oauth, body);

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.AreEqual(error, await OAuthUnderTest.ErrorOf(answer));
        Assert.IsEmpty(oauth.Ledger.Events);
    }

    [TestMethod]
    [DataRow("client_secret_post")]
    [DataRow("client_secret_basic")]
    public async Task Registration_ThatAsksForASecret_IsMadeAPublicClient(string method)
    {
        await using var oauth = await OAuthUnderTest.StartAsync();

        var answer = await PostAsync(oauth, $$"""{"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"{{method}}"}""");

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        var body = await OAuthUnderTest.JsonOf(answer);
        Assert.AreEqual("none", body.GetProperty("token_endpoint_auth_method").GetString());
        Assert.IsFalse(body.TryGetProperty("client_secret", out _));
    }

    [TestMethod]
    public async Task Registration_WhoseIdWouldBeTooLongToSignInWith_IsRefused()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var redirects = string.Join(',', Enumerable.Range(0, 10).Select(static i => $"\"http://127.0.0.1/{new string('x', 350)}{i}\""));

        var answer = await PostAsync(oauth, $$"""{"redirect_uris":[{{redirects}}]}""");

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.AreEqual("invalid_redirect_uri", await OAuthUnderTest.ErrorOf(answer));
        Assert.IsEmpty(oauth.Ledger.Events);
    }

    [TestMethod]
    public async Task RegistrationFlood_FillsNothing_AndIsStopped()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 310; i++)
        {
            statuses.Add((await PostAsync(oauth, """{"redirect_uris":["http://127.0.0.1/cb"]}""")).StatusCode);
        }

        Assert.AreEqual(300, statuses.Count(static status => status == HttpStatusCode.Created));
        Assert.AreEqual(10, statuses.Count(static status => status == HttpStatusCode.TooManyRequests));
        Assert.IsEmpty(oauth.State.Records);
        oauth.Wait(TimeSpan.FromMinutes(1));
        Assert.AreEqual(HttpStatusCode.Created, (await PostAsync(oauth, """{"redirect_uris":["http://127.0.0.1/cb"]}""")).StatusCode);
    }

    [TestMethod]
    public void RegistrationFlood_FromManyAddresses_IsStoppedAltogether()
    {
        var limit = new AddressLimit(TimeProvider.System, perAddress: 60, together: 300);

        Assert.AreEqual(300, Enumerable.Range(0, 1000).Count(i => limit.Take($"192.0.2.{i}")));
    }

    [TestMethod]
    public void ClientId_ThatWasChanged_OrMadeUp_IsNobodys()
    {
        var clients = new Clients(new ChangeNoticingSealer(), new AuthorizationServerOptions(), TimeProvider.System);
        var id = clients.Register("x", ["http://127.0.0.1/cb"])!;
        Assert.IsNotNull(clients.Find(id));

        Assert.IsNull(clients.Find(id[..^1] + (id[^1] == 'A' ? 'B' : 'A')));
        Assert.IsNull(clients.Find(id + "A"));
        Assert.IsNull(clients.Find("c." + Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"n":"x","r":["https://evil.example/"],"t":1}"""))));
        Assert.IsNull(clients.Find("c."));
        Assert.IsNull(clients.Find(new string('c', Clients.MaxIdLength + 1)));
    }

    [TestMethod]
    public async Task ClientId_AfterItsTime_IsNobodys()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var id = await oauth.RegisterAsync();

        oauth.Wait(Clients.Lifetime + TimeSpan.FromDays(1));

        Assert.IsNull(oauth.Get<Clients>().Find(id));
    }

    private static Task<HttpResponseMessage> PostAsync(OAuthUnderTest oauth, string body) =>
        oauth.Http.PostAsync(new Uri("/oauth/register", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private sealed class ChangeNoticingSealer : Core.State.ISecretSealer
    {
        public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => [.. System.Security.Cryptography.SHA256.HashData(secret), .. secret];

        public byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret) =>
            sealedSecret.Length >= 32 && System.Security.Cryptography.SHA256.HashData(sealedSecret[32..]).AsSpan().SequenceEqual(sealedSecret[..32]) ? sealedSecret[32..].ToArray() : null;
    }
}
