using System.Net;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.Tests.Notices;
using CursorBroker.Adapters.Tests.Oidc;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Graph;

[TestClass]
public sealed class ClientCredentialsTests : IDisposable
{
    private const string Endpoint = "https://login.example/t1/oauth2/v2.0/token";
    private const string Answer = """{"token_type":"Bearer","expires_in":3600,"access_token":"graph-token"}""";

    private readonly FakeWeb _web = new();
    private readonly HttpMessageInvoker _http;
    private readonly FakeTimeProvider _time = new();
    private readonly ClientCredentialsGraphTokenSource _source;

    public ClientCredentialsTests()
    {
        _http = new HttpMessageInvoker(_web);
        _source = new ClientCredentialsGraphTokenSource(
            _http, new GraphOptions { TokenEndpoint = new Uri(Endpoint), ClientId = "app", ClientSecret = "s&cret" }, _time);
    }

    public void Dispose()
    {
        _source.Dispose();
        _http.Dispose();
        Assert.IsEmpty(_web.Unexpected);
    }

    [TestMethod]
    public async Task Get_Asks_AsTheGrantSays()
    {
        string? form = null;
        _web.On(Endpoint, async (request, cancel) =>
        {
            Assert.AreEqual(HttpMethod.Post, request.Method);
            form = await request.Content!.ReadAsStringAsync(cancel);
            return FakeWeb.Json(Answer);
        });
        var token = await _source.GetAsync(CancellationToken.None);
        Assert.AreEqual("graph-token", token.Reveal());
        Assert.AreEqual("[token]", token.ToString());
        Assert.AreEqual("grant_type=client_credentials&client_id=app&client_secret=s%26cret&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default", form);
    }

    [TestMethod]
    public async Task Get_WithANamedSecret_SendsItAsItIsByNow()
    {
        var secrets = new FakeSecrets { Values = { ["graph-client"] = "old" } };
        using var source = new ClientCredentialsGraphTokenSource(
            _http, new GraphOptions { TokenEndpoint = new Uri(Endpoint), ClientId = "app", ClientSecretName = "graph-client" }, _time, secrets);
        var sent = new List<string>();
        _web.On(Endpoint, async (request, cancel) =>
        {
            sent.Add(await request.Content!.ReadAsStringAsync(cancel));
            return FakeWeb.Json(Answer);
        });
        await source.GetAsync(CancellationToken.None);
        secrets.Values["graph-client"] = "new";
        _time.Advance(TimeSpan.FromHours(1));
        await source.GetAsync(CancellationToken.None);

        Assert.Contains("client_secret=old&", sent[0]);
        Assert.Contains("client_secret=new&", sent[1]);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "The vault is away")]
    [DataRow(false, DisplayName = "There is no such secret")]
    public async Task Get_WithANamedSecretThatCannotBeHad_FailsAndAsksNobody(bool down)
    {
        using var source = new ClientCredentialsGraphTokenSource(
            _http, new GraphOptions { TokenEndpoint = new Uri(Endpoint), ClientId = "app", ClientSecretName = "graph-client" }, _time, new FakeSecrets { IsDown = down });

        var token = await source.GetAsync(CancellationToken.None);

        Assert.AreEqual("the broker's secret graph-client cannot be read", token.Failure);
        Assert.IsEmpty(_web.Requests);
    }

    [TestMethod]
    public async Task Get_UntilShortlyBeforeItsEnd_KeepsTheToken()
    {
        _web.On(Endpoint, () => Answer);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _source.GetAsync(CancellationToken.None).AsTask()));
        _time.Advance(TimeSpan.FromHours(1) - ClientCredentialsGraphTokenSource.Margin - TimeSpan.FromTicks(1));
        await _source.GetAsync(CancellationToken.None);
        Assert.HasCount(1, _web.Requests);
        _time.Advance(TimeSpan.FromTicks(1));
        await _source.GetAsync(CancellationToken.None);
        Assert.HasCount(2, _web.Requests);
    }

    [TestMethod]
    public async Task Get_TokenEndingWithinTheMargin_IsUsedOnceAndNotKept()
    {
        _web.On(Endpoint, () => """{"expires_in":60,"access_token":"short"}""");
        Assert.AreEqual("short", (await _source.GetAsync(CancellationToken.None)).Reveal());
        await _source.GetAsync(CancellationToken.None);
        Assert.HasCount(2, _web.Requests);
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("not json")]
    [DataRow("null")]
    [DataRow("""{"access_token":"","expires_in":3600}""")]
    [DataRow("""{"access_token":"x","expires_in":0}""")]
    [DataRow("""{"access_token":7,"expires_in":3600}""")]
    public async Task Get_AnswerThatIsNone_Fails(string json)
    {
        _web.On(Endpoint, () => json);
        Assert.IsNotNull((await _source.GetAsync(CancellationToken.None)).Failure);
    }

    [TestMethod]
    public async Task Get_Failure_IsNotKept()
    {
        _web.On(Endpoint, HttpStatusCode.Unauthorized);
        var failed = await _source.GetAsync(CancellationToken.None);
        Assert.Contains("401", failed.Failure!);
        Assert.ThrowsExactly<InvalidOperationException>(() => failed.Reveal());
        _web.On(Endpoint, () => Answer);
        Assert.IsNull((await _source.GetAsync(CancellationToken.None)).Failure);
    }
}
