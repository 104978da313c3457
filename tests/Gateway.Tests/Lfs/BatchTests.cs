using System.Net;
using CursorBroker.Gateway.Lfs;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

[TestClass]
public sealed class BatchTests
{
    private const string Batch = $"{LfsHarness.Repository}/objects/batch";

    [TestMethod]
    [DataRow("download", "contents:read")]
    [DataRow("upload", "contents:write")]
    public async Task Batch_NeedsWhatItsOperationNeeds_AndNoMore(string operation, string permission)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf(operation));

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual("application/vnd.git-lfs+json", answer.Content.ContentType!.ToString());
        Assert.AreEqual(permission, lfs.Pipeline.Vault.Asked.Single().Permissions.ToString());
    }

    [TestMethod]
    public async Task Download_IsAnsweredWithAnAddressOfTheBroker()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"));

        Assert.AreEqual($"{FakeDesk.Links.Root}acme/payments-api.git/info/lfs/objects/{LfsHarness.Object}", (string)answer.Json["objects"]![0]!["actions"]!["download"]!["href"]!);
        Assert.IsNull(answer.Json["objects"]![0]!["actions"]!["download"]!["header"]);
    }

    [TestMethod]
    public async Task Upload_IsToldToComeInChunks_AndToBeVerifiedHere()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload"));

        var actions = answer.Json["objects"]![0]!["actions"]!;
        Assert.AreEqual("""{"Transfer-Encoding":"chunked"}""", actions["upload"]!["header"]!.ToJsonString());
        Assert.AreEqual($"{FakeDesk.Links.Root}acme/payments-api.git/info/lfs/objects/{LfsHarness.Object}/verify", (string)actions["verify"]!["href"]!);
    }

    [TestMethod]
    public async Task Upload_OfWhatIsThere_HasNoActions()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => $$"""{"objects":[{"oid":"{{LfsHarness.Oid}}","size":{{LfsHarness.Content.Length}}}]}""";

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload"));

        Assert.IsNull(answer.Json["objects"]![0]!["actions"]);
    }

    [TestMethod]
    public async Task Download_OfWhatIsNotThere_SaysSoOfThatObject()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => $$"""{"objects":[{"oid":"{{LfsHarness.Oid}}","size":1,"error":{"code":404,"message":"Object does not exist"} }]}""";

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"));

        Assert.AreEqual("""{"code":404,"message":"Object does not exist"}""", answer.Json["objects"]![0]!["error"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Batch_IsRebuilt_WhatIsNotKnownOfItGoesNowhere()
    {
        await using var lfs = await LfsHarness.StartAsync();

        await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", """ "ref":{"name":"refs/heads/cursor/x","more":1},"smuggled":"yes", """));

        Assert.AreEqual(
            $$"""{"operation":"upload","transfers":["basic"],"ref":{"name":"refs/heads/cursor/x"},"objects":[{"oid":"{{LfsHarness.Oid}}","size":{{LfsHarness.Content.Length}}}],"hash_algo":"sha256"}""",
            lfs.Pipeline.Upstream.Bodies.Single());
        Assert.AreEqual("/Acme/Payments-API.git/info/lfs/objects/batch", lfs.Sent.Single().RequestUri!.AbsolutePath);
    }

    [TestMethod]
    public async Task Upload_ToARefThatMayNotBePushed_IsRefusedNamingIt()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", """ "ref":{"name":"refs/heads/main"}, """));

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        StringAssert.Contains(answer.Message, "Pushing refs/heads/main is not allowed");
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("/acme/read/info/lfs", "This needs contents:write", DisplayName = "who may only read")]
    [DataRow("/acme/nowhere/info/lfs", "lets you push no ref", DisplayName = "who may push no ref")]
    public async Task Upload_WithoutARef_IsForWhoMayPushSomething(string repository, string reason)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync($"{repository}/objects/batch", LfsHarness.BatchOf("upload"));

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, answer.Text);
        StringAssert.Contains(answer.Message, reason);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("/acme/some-refs/info/lfs", "not every branch is open to you")]
    [DataRow("/acme/some-paths/info/lfs", "not every file is open to you")]
    [DataRow("/acme/closed/info/lfs", "what cannot be masked is not handed out")]
    public async Task Download_ByWhoMayNotReadEverything_IsRefused(string repository, string reason)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync($"{repository}/objects/batch", LfsHarness.BatchOf("download"));

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, answer.Text);
        StringAssert.Contains(answer.Message, reason);
        Assert.AreEqual("application/vnd.git-lfs+json", answer.Content.ContentType!.ToString());
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task Upload_ByWhoMayNotReadEverything_IsLetThrough()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.OK, (await lfs.PostAsync("/acme/some-refs/info/lfs/objects/batch", LfsHarness.BatchOf("upload", """ "ref":{"name":"refs/heads/main"}, """))).Status);
    }

    [TestMethod]
    public async Task Refusal_IsLfsJson_WithAReference()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync("/acme/other/info/lfs/objects/batch", LfsHarness.BatchOf("download"));

        Assert.AreEqual(HttpStatusCode.NotFound, answer.Status);
        Assert.AreEqual("CursorBroker: Repository not found.", answer.Message);
        StringAssert.StartsWith((string)answer.Json["request_id"]!, "r-");
        StringAssert.StartsWith((string)answer.Json["documentation_url"]!, "https://docs.github.com/");
    }

    [TestMethod]
    public async Task Unauthenticated_IsAskedForBasic_InLfssOwnHeaderToo()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Client.DefaultRequestHeaders.Remove("Authorization");

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"));

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.Status);
        Assert.AreEqual("Basic realm=\"CursorBroker\"", answer.Headers.GetValues("LFS-Authenticate").Single());
        Assert.AreEqual("Basic realm=\"CursorBroker\"", answer.Headers.WwwAuthenticate.Single().ToString());
    }

    [TestMethod]
    [DataRow(413, HttpStatusCode.RequestEntityTooLarge)]
    [DataRow(422, HttpStatusCode.UnprocessableEntity)]
    [DataRow(509, HttpStatusCode.Forbidden)]
    [DataRow(302, HttpStatusCode.NotFound)]
    [DataRow(500, HttpStatusCode.BadGateway)]
    public async Task UpstreamRefuses_NothingOfItsWordsPasses(int status, HttpStatusCode expected)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Pipeline.Upstream.Answer = _ => LfsHarness.Json("""{"message":"words of the upstream"}""", (HttpStatusCode)status);

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"));

        Assert.AreEqual(expected, answer.Status, answer.Text);
        Assert.DoesNotContain("words of the upstream", answer.All);
    }

    [TestMethod]
    public void Parse_LimitsAreExact()
    {
        var options = new LfsOptions { MaxObjects = 2, MaxObjectBytes = 10 };
        Assert.IsNull(Parse(Two("a", 10)).Refusal);
        Assert.AreEqual(Gateway.Pipeline.RefusalKind.TooLarge, Parse(Two("a", 11)).Refusal!.Kind);
        Assert.AreEqual(Gateway.Pipeline.RefusalKind.TooLarge, BatchCall.Parse(Members(Two("a", 1)), options with { MaxObjects = 1 }).Refusal!.Kind);

        Gateway.Pipeline.Outcome<BatchCall> Parse(string json) => BatchCall.Parse(Members(json), options);

        static string Two(string first, long size) => $$"""{"operation":"download","objects":[{"oid":"{{new string(first[0], 64)}}","size":{{size}}},{"oid":"{{new string('b', 64)}}","size":1}]}""";
    }

    private static LfsMembers Members(string json) => LfsMembers.Parse(System.Text.Encoding.UTF8.GetBytes(json), default)!;
}
