using System.Text;
using CursorBroker.Gateway.Mcp.Calls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.Mcp;

/// <summary>An inner call is, to the pipeline and the rooms, what a server's request is.</summary>
[TestClass]
public sealed class InnerRequestTests
{
    private static readonly Uri Root = new("https://broker.example/");

    [TestMethod]
    public async Task Request_IsMadeOfTheCallAlone_WithTheCallersOwnHeader()
    {
        var call = ApiCallRequest.Send(HttpMethod.Put, ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", "acme", "pay", "a?b"), new System.Text.Json.Nodes.JsonObject { ["x"] = 1 }) with { Query = [new("q", "a&b")] };
        await using var inner = Make(call);
        var request = inner.Context.Request;

        Assert.AreEqual("/api/v3/repos/acme/pay/contents/a%3Fb?q=a%26b", inner.Context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        Assert.AreEqual("/api/v3/repos/acme/pay/contents/a?b", request.Path.Value);
        Assert.AreEqual(("broker.example", "Bearer mine", "PUT", 7L), (request.Host.Value, request.Headers.Authorization.ToString(), request.Method, request.ContentLength));
        Assert.AreEqual("{\"x\":1}", await new StreamReader(request.Body).ReadToEndAsync());
        Assert.AreEqual("Accept, Authorization, Content-Length, Content-Type, Host", string.Join(", ", request.Headers.Keys.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task Response_StartsOnce_LastRegisteredFirst_AndEndsWhenItIsDisposed()
    {
        var order = new List<string>();
        var inner = Make(ApiCallRequest.Get(ApiPath.Of("/user")));
        var response = inner.Context.Response;
        response.OnStarting(() => Note("first"));
        response.OnStarting(() => Note("last"));
        response.OnCompleted(() => Note("over"));

        response.StatusCode = 404;
        await response.WriteAsync("one");
        await response.Body.WriteAsync("two"u8.ToArray());
        await inner.Response.CompleteAsync();
        Assert.IsTrue(response.HasStarted);
        Assert.ThrowsExactly<InvalidOperationException>(() => response.StatusCode = 200);
        Assert.ThrowsExactly<InvalidOperationException>(response.Clear);
        await inner.DisposeAsync();

        Assert.AreEqual("last first over", string.Join(' ', order));
        Assert.AreEqual("onetwo", Encoding.UTF8.GetString(inner.Response.Written.Span));

        Task Note(string what)
        {
            order.Add(what);
            return Task.CompletedTask;
        }
    }

    [TestMethod]
    public async Task Response_BeyondItsBound_FailsAndSaysSo()
    {
        await using var inner = Make(ApiCallRequest.Get(ApiPath.Of("/user")) with { MaxBytes = 4 });

        await inner.Context.Response.Body.WriteAsync("1234"u8.ToArray());
        await Assert.ThrowsExactlyAsync<IOException>(() => inner.Context.Response.Body.WriteAsync("5"u8.ToArray()).AsTask());

        Assert.IsTrue(inner.Response.IsTooLarge);
        Assert.AreEqual(4, inner.Response.Written.Length);
    }

    [TestMethod]
    public async Task Call_WhoseCallerIsGone_IsAborted_AndAnAbortedOneIsCut()
    {
        using var outer = new CancellationTokenSource();
        await using var gone = Make(ApiCallRequest.Get(ApiPath.Of("/user")), outer.Token);
        await using var cut = Make(ApiCallRequest.Get(ApiPath.Of("/user")), outer.Token);

        cut.Context.Abort();
        Assert.IsTrue(cut.IsCut && cut.Context.RequestAborted.IsCancellationRequested);
        Assert.IsFalse(gone.Context.RequestAborted.IsCancellationRequested);
        await outer.CancelAsync();

        Assert.IsTrue(gone.Context.RequestAborted.IsCancellationRequested);
        Assert.IsFalse(gone.IsCut);
    }

    private static InnerRequest Make(ApiCallRequest call, CancellationToken cancellationToken = default) =>
        new(call, Root, "Bearer mine", new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), new AnswerBudget(new()).Open(), cancellationToken);
}
