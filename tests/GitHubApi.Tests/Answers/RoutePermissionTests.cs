using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;

namespace CursorBroker.GitHubApi.Tests.Answers;

/// <summary>Two lists of what GitHub's routes need, written apart: the sandbox's by hand, the broker's from GitHub's published facts.</summary>
[TestClass]
public sealed class RoutePermissionTests
{
    /// <summary>What GitHub answers and describes nowhere: a template with its last parameter left out, which the broker does not let through.</summary>
    private static readonly string[] Undescribed = ["git/matching-refs", "git/refs", "git/refs/{ref*}", "tarball", "zipball"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Sandbox_AsksOfATokenWhatTheBrokersTableSays()
    {
        await using var gitHub = await SandboxServer.StartAsync();
        var wrong = new List<string>();
        foreach (var (method, path, permissions) in gitHub.Routes.Where(static route => route.Method != "GET" || !Undescribed.Contains(route.Path)))
        {
            var full = "/repos/acme/payments-api" + (path.Length == 0 ? "" : "/" + path);
            var match = ApiRoutes.GitHub.Match(method, ApiPath.Parse(full)!);
            if (match is null)
            {
                wrong.Add($"{method} {full}: not in the broker's table");
            }
            else if (match.Route.Kind != ApiRouteKind.Refused && Sets(permissions) != Sets(match.Route.Needs))
            {
                wrong.Add($"{match.Route.Id}: {Sets(permissions)} in the sandbox, {Sets(match.Route.Needs)} in the table");
            }
        }

        TestContext.WriteLine($"{gitHub.Routes.Count} routes of a repository in the sandbox.");
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    private static string Sets(string header) => string.Join(" | ", header.Split("; ").Select(static set => string.Join('+', set.Split(',').Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));

    private static string Sets(IEnumerable<PermissionSet> needs) => string.Join(" | ", needs
        .Select(static set => string.Join('+', set.Items.Select(static one => $"{one.Key}={one.Value.ToString().ToLowerInvariant()}").Order(StringComparer.Ordinal)))
        .Order(StringComparer.Ordinal));
}
