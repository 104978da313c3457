using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>The same calls over real connections: what the handler itself does, a scripted one cannot show.</summary>
[TestClass]
public sealed class GitHubHttpTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task MintAndRevoke_OverRealConnections_Work()
    {
        await using var server = await StartAsync(static context => context.Request.Method switch
        {
            "GET" => Results.Text("""{"id":77}""", "application/json"),
            "POST" => Results.Text(FakeGitHub.Answer(), "application/json", statusCode: 201),
            _ => Results.NoContent(),
        });
        using var http = GitHubHttp.CreateInvoker();
        var mint = Mint(server, http);

        var minted = Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.IsTrue(await mint.RevokeAsync(minted.Credential.Reveal(), CancellationToken.None));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Redirect_EvenToTheSameHost_IsNotFollowedWithTheAppsToken()
    {
        var paths = new List<string>();
        await using var server = await StartAsync(context =>
        {
            paths.Add(context.Request.Path);
            return Results.Redirect("/repositories/9/installation", permanent: true);
        });
        using var http = GitHubHttp.CreateInvoker();

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(
            await Mint(server, http).MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(MintFailure.RenamedOrMoved, failed.Failure);
        CollectionAssert.AreEqual(new[] { "/repos/acme/payments-api/installation" }, paths);
    }

    private static GitHubAppMint Mint(WebApplication server, HttpMessageInvoker http) => new(
        new GitHubOptions { AppId = "1", Api = new Uri(server.Urls.Single() + "/") },
        PemAppKeySource.FromText(FakeGitHub.Key.ExportRSAPrivateKeyPem(), "the test"),
        http,
        new FakeTimeProvider(FakeGitHub.Start));

    private static async Task<WebApplication> StartAsync(Func<HttpContext, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(context => answer(context).ExecuteAsync(context));
        await server.StartAsync();
        return server;
    }
}
