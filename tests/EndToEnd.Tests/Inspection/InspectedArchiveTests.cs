using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Inspection;

/// <summary>Archives that git itself made.</summary>
[TestClass]
public sealed class InspectedArchiveTests
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public required TestContext TestContext { get; set; }

    private static World World => SharedWorld.Instance;

    [TestMethod]
    [DataRow("zipball", "zip")]
    [DataRow("tarball", "tar.gz")]
    public async Task Archive_WithoutASecret_PassesByteForByte(string kind, string format)
    {
        var scene = await Scene.EmptyOfAsync("inspected", World, TestContext);
        var author = await Author.AtAsync(scene, TestContext.CancellationToken);
        var commit = await author.CommitAsync("src/plain.txt", "nothing to see\n");

        var (status, body) = await GetAsync(scene, kind);

        Assert.AreEqual(HttpStatusCode.OK, status, Encoding.UTF8.GetString(body));
        var made = Path.Combine(scene.Directory, "made");
        await scene.AtGitHubAsync("archive", $"--format={format}", $"--prefix={scene.Repository.FullName.Replace('/', '-')}-{commit[..7]}/", "--output", made, commit);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(made, TestContext.CancellationToken), body);
    }

    [TestMethod]
    [DataRow("zipball")]
    [DataRow("tarball")]
    public async Task Archive_WithASecret_IsRefusedWithPathLineAndRule(string kind)
    {
        var scene = await Scene.EmptyOfAsync("inspected", World, TestContext);
        var author = await Author.AtAsync(scene, TestContext.CancellationToken);
        await author.CommitAsync("config/prod.env", $"# one\nuse {Author.Secret}\n");

        var (status, body) = await GetAsync(scene, kind);

        var text = Encoding.UTF8.GetString(body);
        Assert.AreEqual(HttpStatusCode.Forbidden, status, text);
        Assert.Contains($"config/prod.env:2 (rule {Author.Rule})", text);
        Assert.DoesNotContain(Author.Secret, text);
    }

    [TestMethod]
    public async Task Archive_OfWhatIsGoneFromTheBranch_PassesWhereTheCloneDoesNot()
    {
        var scene = await Scene.EmptyOfAsync("inspected", World, TestContext);
        var author = await Author.AtAsync(scene, TestContext.CancellationToken);
        await author.CommitAsync("a.txt", Author.Secret);
        await author.CommitAsync("a.txt", "gone\n");

        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync(scene, "zipball")).Status);
        Assert.IsFalse((await scene.GitAsync("developer", "clone", scene.Url, "clone")).Succeeded);
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(Scene scene, string kind)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{World.Url}/api/v3/repos/{scene.Repository.FullName}/{kind}/main");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await World.TokenAsync("developer", TestContext.CancellationToken));
        using var answer = await Client.SendAsync(request, TestContext.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(TestContext.CancellationToken));
    }
}
