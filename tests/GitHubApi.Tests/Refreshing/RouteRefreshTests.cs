using System.Text;

namespace CursorBroker.GitHubApi.Tests.Refreshing;

[TestClass]
public sealed class RouteRefreshTests
{
    private static readonly ApiOperation Labels = Operation("GET", "/repos/{owner}/{repo}/labels", "page");

    [TestMethod]
    public async Task Refresh_TableAsItIs_ChangesNothing()
    {
        var text = await File.ReadAllTextAsync(RefreshCommand.TablePath());
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(RouteLine.Parse);

        Assert.AreEqual(text, RouteLine.Write(RouteRefresh.Refresh(lines, await OpenApiDescription.OperationsAsync(), null).Lines));
    }

    [TestMethod]
    public void Refresh_WhatPeopleDecided_Stays()
    {
        var decided = new RouteLine("GET", Labels.Template, "Contents", "!issues:read | pull_requests:read", "opaque", "", "");
        var (lines, toLookAt) = RouteRefresh.Refresh([decided], [Labels], Lists(("GET", Labels.Template, "metadata", "read")));

        Assert.AreEqual(decided with { Query = "page" }, lines.Single());
        Assert.IsEmpty(toLookAt);
    }

    [TestMethod]
    public void Refresh_OnePermission_IsTakenOverAndSaid()
    {
        var (lines, toLookAt) = RouteRefresh.Refresh([new("GET", Labels.Template, "Plain", "metadata:read", "", "page", "")], [Labels], Lists(("GET", Labels.Template, "issues", "read")));

        Assert.AreEqual("issues:read", lines.Single().Needs);
        StringAssert.Contains(toLookAt.Single(), "issues:read");
    }

    [TestMethod]
    public void Refresh_SeveralPermissions_AreLeftToPeople()
    {
        var (lines, toLookAt) = RouteRefresh.Refresh(
            [new("GET", Labels.Template, "Plain", "issues:read", "", "page", "")], [Labels],
            Lists(("GET", Labels.Template, "issues", "read"), ("GET", Labels.Template, "pull_requests", "read")));

        Assert.AreEqual("issues:read", lines.Single().Needs);
        Assert.HasCount(1, toLookAt);
    }

    [TestMethod]
    public void Refresh_NewOperation_IsRefusedUntilSomebodyLooked()
    {
        var (lines, toLookAt) = RouteRefresh.Refresh([], [Labels, Operation("GET", "/gists")], null);

        Assert.AreEqual(("Refused", RouteRefresh.NotLookedAt), (lines.Single().Kind, lines.Single().Why));
        Assert.AreEqual($"new: {Labels.Id}", toLookAt.Single());
    }

    [TestMethod]
    public void Refresh_OperationThatIsGone_StaysAndIsSaid()
    {
        var gone = new RouteLine("GET", "/repos/{owner}/{repo}/gone", "Plain", "metadata:read", "", "", "");
        var (lines, toLookAt) = RouteRefresh.Refresh([gone], [], null);

        Assert.AreEqual(gone, lines.Single());
        StringAssert.Contains(toLookAt.Single(), gone.Id);
    }

    private static ApiOperation Operation(string method, string template, params string[] query) =>
        new(method, template) { IsForApps = true, Query = [.. query], Numbers = [], MultiSegment = [] };

    private static ILookup<string, string> Lists(params (string Method, string Template, string Permission, string Access)[] uses)
    {
        var json = string.Join(", ", uses.Select(static use =>
            $$$"""{"{{{use.Permission}}}": {"permissions": [{"verb": "{{{use.Method.ToLowerInvariant()}}}", "requestPath": "{{{use.Template}}}", "access": "{{{use.Access}}}"}]}}""").Select(static one => one[1..^1]));
        return PermissionLists.Read(new MemoryStream(Encoding.UTF8.GetBytes($"{{{json}}}")));
    }
}
