using System.Net;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Approvals;

/// <summary>Decisions that nobody made: by scanners of links, and by other sites in an approver's browser.</summary>
[TestClass]
public sealed class PageAttackTests
{
    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("GET", "")]
    [DataRow("HEAD", "")]
    [DataRow("GET", "?verdict=approve&reason=scanned")]
    [DataRow("GET", "/decision?verdict=approve&reason=scanned")]
    [DataRow("HEAD", "/decision")]
    [DataRow("OPTIONS", "/decision")]
    [DataRow("POST", "")]
    [DataRow("POST", "/decision?verdict=approve&reason=scanned")]
    [DataRow("POST", "/cancel")]
    public async Task Link_FetchedByAScannerWithoutASession_DecidesNothing(string method, string suffix)
    {
        var (scene, link) = await SceneAsync();
        using var scanner = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(link.AbsoluteUri + suffix));

        using var answer = await scanner.SendAsync(request, TestContext.CancellationToken);

        Assert.IsFalse((await answer.Content.ReadAsStringAsync(TestContext.CancellationToken)).Contains("one.txt", StringComparison.Ordinal), "It shows what waits.");
        await StillPendingAsync(scene, link);
    }

    [TestMethod]
    [DataRow("https://evil.example", true, DisplayName = "another site, with the form's token")]
    [DataRow("https://evil.example", false, DisplayName = "another site, without")]
    [DataRow("null", true, DisplayName = "an opaque origin")]
    [DataRow(null, false, DisplayName = "the own origin, without the form's token")]
    public async Task Decision_ForgedInAnApproversBrowser_CountsNothing(string? origin, bool withToken)
    {
        var (scene, link) = await SceneAsync();
        using var lead = new Approver("lead", TestContext.CancellationToken);
        var page = await lead.OpenAsync(link);
        var form = page.FormWith("name=\"verdict\"")!;
        lead.Browser.Origin = origin;

        var answer = await lead.Browser.DecideAsync("lead", page, withToken ? form : form with { Hidden = [] }, "approve", "Forged", TestContext.CancellationToken);

        Assert.IsTrue(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{answer.Status}: {answer.Html}");
        await StillPendingAsync(scene, link);

        // The very same browser, honestly.
        lead.Browser.Origin = null;
        await lead.ApproveAsync(link);
    }

    private static async Task StillPendingAsync(Scene scene, Uri link) =>
        Assert.AreEqual(link, Approver.LinkIn(await scene.InCloneAsync("developer", "push", "origin", "HEAD:main")));

    private async Task<(Scene Scene, Uri Link)> SceneAsync()
    {
        var scene = await Scene.CopyAsync(World, TestContext, "approved");
        await scene.CloneAsync("developer");
        await scene.CommitAsync("one.txt");
        return (scene, Approver.LinkIn(await scene.InCloneAsync("developer", "push", "origin", "HEAD:main")));
    }
}
