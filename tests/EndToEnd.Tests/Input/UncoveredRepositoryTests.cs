using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Input;

/// <summary>What no rule covers answers as what is not there: nobody can tell by asking whether a repository exists.</summary>
[TestClass]
public sealed class UncoveredRepositoryTests
{
    private const string Uncovered = "acme/internal-tools.git";
    private const string Missing = "acme/internal-fools.git";

    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("developer", "GET", "info/refs?service=git-upload-pack", 0)]
    [DataRow("developer", "GET", "info/refs?service=git-receive-pack", 0)]
    [DataRow("developer", "POST", "git-upload-pack", 0)]
    [DataRow("developer", "POST", "git-upload-pack", 2)]
    [DataRow("developer", "POST", "git-receive-pack", 0)]
    [DataRow("outsider", "GET", "info/refs?service=git-upload-pack", 2)]
    [DataRow("outsider", "POST", "git-receive-pack", 0)]
    public async Task Repository_UncoveredOrMissing_IsAnsweredByteForByteAlike(string who, string method, string what, int version)
    {
        var uncovered = await AskAsync(who, method, $"/{Uncovered}/{what}", version);
        var missing = await AskAsync(who, method, $"/{Missing}/{what}", version);

        Assert.AreEqual(missing with { Body = References.Without(missing.Body) }, uncovered with { Body = References.Without(uncovered.Body) });
        Assert.Contains("Repository not found.", uncovered.Body);
        Assert.IsFalse(World.GitHub.Requests.Entries.Any(static request => request.Path.Contains("/internal-", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Repository_UncoveredOrMissing_ReadsAlikeInGit()
    {
        var token = await World.TokenAsync("developer", TestContext.CancellationToken);
        var uncovered = await World.Git.RunAsync(World.NewDirectory(), token, TestContext.CancellationToken, "ls-remote", $"{World.Url}/{Uncovered}");
        var missing = await World.Git.RunAsync(World.NewDirectory(), token, TestContext.CancellationToken, "ls-remote", $"{World.Url}/{Missing}");

        Assert.AreEqual(References.Without(missing.Error).Replace(Missing, Uncovered, StringComparison.Ordinal), References.Without(uncovered.Error));
    }

    private async Task<RawAnswer> AskAsync(string who, string method, string target, int version)
    {
        var push = target.EndsWith("receive-pack", StringComparison.Ordinal);
        var body = method == "GET" ? [] : push ? Packets.Push("refs/heads/cursor/x", new string('1', 40)) : version == 2 ? Packets.LsRefs() : Wants();
        string[] headers =
        [
            $"Authorization: Bearer {await World.TokenAsync(who, TestContext.CancellationToken)}",
            .. version == 2 ? (string[])["Git-Protocol: version=2"] : [],
            .. method == "GET" ? (string[])[] : [$"Content-Type: application/x-git-{(push ? "receive" : "upload")}-pack-request", $"Content-Length: {body.Length}"],
        ];
        return await RawHttp.SendAsync(World.Url, $"{method} {target}", headers, body, hangUp: false, TestContext.CancellationToken);
    }

    private static byte[] Wants() => Packets.Bytes(Packets.Line($"want {new string('1', 40)} side-band-64k ofs-delta\n"), Packets.Flush, Packets.Line("done\n"));
}
