using System.Net;
using CursorBroker.Adapters.Graph;
using CursorBroker.Adapters.Tests.Oidc;
using CursorBroker.Core.Identity;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Graph;

[TestClass]
public sealed class GraphGroupResolverTests : IDisposable
{
    private const string Oid = "6f1c7a0e-0000-4000-8000-000000000001";
    private const string Page1 = $"https://graph.microsoft.com/v1.0/users/{Oid}/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999";
    private const string Page2 = "https://graph.microsoft.com/v1.0/next?$skiptoken=2";

    private readonly FakeWeb _web = new();
    private readonly HttpMessageInvoker _http;
    private readonly FakeTimeProvider _time = new();
    private readonly GraphOptions _options = new();

    public GraphGroupResolverTests() => _http = new HttpMessageInvoker(_web);

    public void Dispose()
    {
        _http.Dispose();
        Assert.IsEmpty(_web.Unexpected, string.Join(' ', _web.Unexpected));
    }

    [TestMethod]
    public async Task Resolve_TwoPages_GivesAllIds()
    {
        string? sent = null;
        _web.On(Page1, (request, _) =>
        {
            sent = request.Headers.Authorization?.ToString();
            return Task.FromResult(FakeWeb.Json($$"""{"value":[{"id":"g1"},{"id":"g2"}],"@odata.nextLink":"{{Page2}}"}"""));
        });
        _web.On(Page2, () => """{"value":[{"id":"g3"}]}""");
        var resolved = Assert.IsInstanceOfType<GroupOverageOutcome.Resolved>(await ResolveAsync());
        Assert.AreSequenceEqual(["g1", "g2", "g3"], resolved.GroupIds);
        Assert.AreEqual("Bearer graph-token", sent);
    }

    [TestMethod]
    public async Task Resolve_Workload_AsksForTheServicePrincipal()
    {
        _web.On(Page1.Replace("/users/", "/servicePrincipals/", StringComparison.Ordinal), () => """{"value":[]}""");
        Assert.IsEmpty(Assert.IsInstanceOfType<GroupOverageOutcome.Resolved>(await ResolveAsync(kind: CallerKind.Workload)).GroupIds);
    }

    [TestMethod]
    [DataRow("https://evil.example/v1.0/next", DisplayName = "another host")]
    [DataRow("http://graph.microsoft.com/next", DisplayName = "a weaker transport")]
    [DataRow("https://graph.microsoft.com:8443/next", DisplayName = "another port")]
    [DataRow("https://x:y@graph.microsoft.com/next", DisplayName = "credentials in the address")]
    [DataRow("/v1.0/next", DisplayName = "relative")]
    public async Task Resolve_NextPageElsewhere_FailsAndTheTokenStays(string link)
    {
        _web.On(Page1, () => $$"""{"value":[{"id":"g1"}],"@odata.nextLink":"{{link}}"}""");
        await FailedAsync("another host");
        Assert.HasCount(1, _web.Requests);
    }

    [TestMethod]
    public async Task Resolve_PagesWithoutEnd_FailsInsteadOfCuttingShort()
    {
        _web.On(Page1, () => $$"""{"value":[{"id":"g"}],"@odata.nextLink":"{{Page1}}"}""");
        await FailedAsync("more groups");
        Assert.HasCount(_options.MaxPages, _web.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.TooManyRequests)]
    [DataRow(HttpStatusCode.InternalServerError)]
    [DataRow(HttpStatusCode.Redirect)]
    public async Task Resolve_NotOk_FailsAndIsNotAnEmptyList(HttpStatusCode status)
    {
        _web.On(Page1, status);
        await FailedAsync("Graph answered");
    }

    [TestMethod]
    public async Task Resolve_SecondPageFails_FailsAsAWhole()
    {
        _web.On(Page1, () => $$"""{"value":[{"id":"g1"}],"@odata.nextLink":"{{Page2}}"}""");
        _web.On(Page2, HttpStatusCode.ServiceUnavailable);
        await FailedAsync("503");
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("not json")]
    [DataRow("""{"value":null}""")]
    [DataRow("""{"value":[null]}""")]
    [DataRow("""{"value":[{"name":"g"}]}""")]
    [DataRow("""{"value":[{"id":""}]}""")]
    [DataRow("""{"value":[{"id":7}]}""")]
    public async Task Resolve_AnswerThatIsNone_Fails(string json)
    {
        _web.On(Page1, () => json);
        await FailedAsync("something else");
    }

    [TestMethod]
    [DataRow("../me")]
    [DataRow("")]
    [DataRow("{6f1c7a0e-0000-4000-8000-000000000001}")]
    [DataRow("someone@example.com")]
    public async Task Resolve_ObjectIdThatIsNone_FailsUnasked(string oid)
    {
        Assert.IsInstanceOfType<GroupOverageOutcome.Failed>(await ResolveAsync(oid));
        Assert.IsEmpty(_web.Requests);
    }

    [TestMethod]
    public async Task Resolve_NoToken_FailsUnasked()
    {
        var resolver = new GraphGroupResolver(_http, new FixedToken(GraphToken.Failed("token endpoint answered 401")), _options, _time);
        var failed = Assert.IsInstanceOfType<GroupOverageOutcome.Failed>(await resolver.ResolveAsync(Question(Oid, CallerKind.Person), CancellationToken.None));
        Assert.Contains("401", failed.Detail);
        Assert.IsEmpty(_web.Requests);
    }

    private async Task FailedAsync(string detail) =>
        Assert.Contains(detail, Assert.IsInstanceOfType<GroupOverageOutcome.Failed>(await ResolveAsync()).Detail);

    private async Task<GroupOverageOutcome> ResolveAsync(string oid = Oid, CallerKind kind = CallerKind.Person) =>
        await new GraphGroupResolver(_http, new FixedToken(GraphToken.Of("graph-token")), _options, _time).ResolveAsync(Question(oid, kind), CancellationToken.None);

    private static GroupQuestion Question(string oid, CallerKind kind) => new(new PersonId("https://i", "t/o"), kind, oid);

    private sealed class FixedToken(GraphToken token) : IGraphTokenSource
    {
        public ValueTask<GraphToken> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(token);
    }
}
