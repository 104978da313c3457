using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.EndToEnd.Tests.Identity;

[TestClass]
public sealed class BadTokenTests
{
    private static OtherProvider? _other;
    private static World? _world;

    public required TestContext TestContext { get; set; }

    private static OtherProvider Other => _other!;

    private static World World => _world!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _other = await OtherProvider.StartAsync(context.CancellationToken);
        _world = await World.StartAsync(context.CancellationToken, _other.Policy);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await World.DisposeAsync();
        await Other.DisposeAsync();
    }

    [TestMethod]
    public async Task Token_OfAListedProvider_IsTaken()
    {
        var listed = await ListAsync(await Other.TokenAsync(TimeSpan.Zero, TestContext.CancellationToken));

        Assert.IsTrue(listed.Succeeded, listed.Error);
    }

    [TestMethod]
    public async Task Token_OfThreeHoursAgo_HasExpired() =>
        await RefusedAsync(await Other.TokenAsync(TimeSpan.FromHours(3), TestContext.CancellationToken), "The token has expired; get a new one.");

    [TestMethod]
    public async Task IdToken_InPlaceOfAnAccessToken_IsForAnotherAudience()
    {
        using var client = new SandboxTokenClient();
        var given = (SandboxTokens.Given)await client.GetTokenAsync(Other.Provider.Issuer, "developer", TestContext.CancellationToken);

        await RefusedAsync(given.IdToken!, "The token is for another audience.");
    }

    [TestMethod]
    public async Task Token_OfAnotherClientThanThoseAllowed_IsRefused()
    {
        using var client = new SandboxTokenClient();
        var signIn = new SandboxSignIn { ClientId = SandboxClient.CursorId, RedirectUri = "http://localhost:8787/callback" };
        var given = (SandboxTokens.Given)await client.GetTokenAsync(Other.Provider.Issuer, "developer", signIn, TestContext.CancellationToken);

        await RefusedAsync(given.AccessToken, "The token was issued to a client that this broker does not accept.");
    }

    [TestMethod]
    public async Task Token_OfAProviderThatNobodyListed_IsRefusedWithoutAskingIt()
    {
        await using var stranger = await OtherProvider.StartAsync(TestContext.CancellationToken);
        var token = await stranger.TokenAsync(TimeSpan.Zero, TestContext.CancellationToken);
        stranger.Provider.Outage = SandboxOutage.Cut; // were it asked, the answer would be that it cannot be reached

        await RefusedAsync(token, "The token is not accepted.");
    }

    [TestMethod]
    [DataRow(0, DisplayName = "alg: none")]
    [DataRow(1, DisplayName = "another's claims under this signature")]
    [DataRow(2, DisplayName = "no signature")]
    [DataRow(3, DisplayName = "not a token at all")]
    public async Task Token_ThatWasForged_IsRefused(int kind)
    {
        var parts = (await Other.TokenAsync(TimeSpan.Zero, TestContext.CancellationToken)).Split('.');
        var lead = (await SignIn.TokenAsync(Other.Provider.Issuer, "lead", TestContext.CancellationToken)).Split('.');
        var forged = kind switch
        {
            0 => $"{Base64Url("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            1 => $"{parts[0]}.{lead[1]}.{parts[2]}",
            2 => $"{parts[0]}.{parts[1]}.",
            _ => "ghp_0123456789012345678901234567890123456789",
        };

        await RefusedAsync(forged, "The token is not accepted.");
    }

    [TestMethod]
    public async Task Outsider_WithAGoodToken_FindsNoRepository()
    {
        var token = await SignIn.TokenAsync(Other.Provider.Issuer, "outsider", TestContext.CancellationToken);
        var listed = await ListAsync(token);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains("remote: CursorBroker: Repository not found.", listed.Error);
        Assert.Contains("not found", listed.LineWith("fatal:"));
    }

    private async Task RefusedAsync(string token, string words)
    {
        var before = World.GitHub.Requests.Total;
        var listed = await ListAsync(token);

        Assert.IsFalse(listed.Succeeded);
        Assert.Contains(words, listed.Error);
        Assert.Contains("Authentication failed", listed.Error);
        Assert.AreEqual(before, World.GitHub.Requests.Total);
        var refused = (await World.EventsAsync(TestContext.CancellationToken)).OfType<RequestRefused>().Last();
        Assert.AreEqual((401, "authenticate"), (refused.Status, refused.Stage));
        Assert.DoesNotContain(token, refused.Detail);
    }

    private async Task<GitResult> ListAsync(string token)
    {
        var url = new UriBuilder($"{World.Url}/acme/payments-api.git") { UserName = "developer", Password = token }.Uri.AbsoluteUri;
        return await World.Git.RunAsync(World.NewDirectory(), null, TestContext.CancellationToken, "ls-remote", url);
    }

    private static string Base64Url(string text) =>
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
