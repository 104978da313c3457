using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using static CursorBroker.Gateway.Tests.Git.GitCall;

namespace CursorBroker.Gateway.Tests.Git;

[TestClass]
public sealed class PushTests
{
    private const string Asked = "\0 report-status side-band-64k agent=git/2.39";
    private static readonly string[] TwoRefs = [$"{A} {B} refs/heads/main{Asked}", $"{Zero} {B} refs/heads/cursor/x", Flush, Pack];

    [TestMethod]
    public async Task Classify_SeveralRefs_EachIsAnOperation()
    {
        var request = await Post(Push, false, TwoRefs).UnderstoodAsync();

        CollectionAssert.AreEqual(
            new[] { "git.push refs/heads/main 1111111..2222222", "git.create refs/heads/cursor/x 0000000..2222222" },
            request.Operations.Select(static each => $"{each.Details.Name} {each.Details}").ToArray());
        Assert.IsTrue(request.NeedsUpstream);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Rebuild_Push_IsTheRebuiltHeadAndTheUntouchedPack(bool gzip)
    {
        var made = new MadePush();
        var call = PostBytes(Push, false, gzip ? Gzip(made.Body()) : made.Body());
        var exchange = (await MadePush.ExaminedAsync(gzip ? call.With("Content-Encoding", "gzip") : call)).Rebuild(Repository, Grant());

        using var sent = new MemoryStream();
        await exchange.Body!.CopyToAsync(sent);
        Assert.AreEqual("Acme/Pay.git/git-receive-pack", exchange.PathAndQuery);
        Assert.AreEqual("application/x-git-receive-pack-result", ((TypedAnswer)exchange.Answer).ContentType);
        CollectionAssert.AreEqual(
            (byte[])[.. Packets(made.Commands($"\0 report-status side-band-64k agent={UpstreamGit.Agent}")), .. made.Pack], sent.ToArray());
    }

    [TestMethod]
    public async Task Filter_UpstreamsReport_PassesByteForByteAndIsRecorded()
    {
        var exchange = (await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()))).Rebuild(Repository, Grant());
        var report = "\u0001" + Text("unpack ok\n", "ok refs/heads/main\n", "ng refs/heads/cursor/x protected\n", Flush);

        Assert.AreEqual(Text("\u0002counting\n", report, Flush), await FilteredAsync(exchange, "\u0002counting\n", report, Flush));
        CollectionAssert.AreEqual(new[] { "unpack ok", "ok refs/heads/main", "ng refs/heads/cursor/x protected" }, exchange.Results!().ToArray());
    }

    [TestMethod]
    [DataRow(new[] { "\u0002token 123\n" }, new[] { "\u0002token ***\n" })]
    [DataRow(new[] { "\u0002token 1", "\u000223\n" }, new[] { "\u0002token ***\n" }, DisplayName = "attack: a hook's secret is cut between packets")]
    [DataRow(new[] { "\u0002token 1", "\u0001", "\u000223\n" }, new[] { "\u0001", "\u0002token ***\n" }, DisplayName = "attack: and something comes between")]
    [DataRow(new[] { "\u0003dies of 123" }, new[] { "\u0003dies of ***" }, DisplayName = "a fatal message")]
    [DataRow(new[] { "\u00021", "\u00032" }, new[] { "\u0002*", "\u0003*" })]
    public async Task Filter_RemoteMessages_AreMasked(string[] sent, string[] received)
    {
        var exchange = (await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()))).Rebuild(Repository, Grant());

        Assert.AreEqual(Text(received), await FilteredAsync(exchange, sent));
    }

    [TestMethod]
    public async Task Filter_AnswerThatIsNoPackets_IsCutAndNotPassedOn()
    {
        var exchange = (await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()))).Rebuild(Repository, Grant());

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => FilteredAsync(exchange, "PACK is none"));
    }

    [TestMethod]
    public async Task Filter_UpstreamDiesMidway_IsRecordedAsIncomplete()
    {
        var exchange = (await MadePush.ExaminedAsync(PostBytes(Push, false, new MadePush().Body()))).Rebuild(Repository, Grant());
        await FilteredAsync(exchange, "\u0001" + Text("unpack ok\n"));

        CollectionAssert.AreEqual(new[] { "unpack ok", "the upstream's report is not complete" }, exchange.Results!().ToArray());
    }

    [TestMethod]
    public async Task Probe_IsPreparePushAnsweredByTheBroker()
    {
        var call = Post(Push, false, Flush);
        var request = await call.UnderstoodAsync();
        await request.AnswerAsync(GitCall.Answering(call.Context), CancellationToken.None);

        Assert.IsFalse(request.NeedsUpstream);
        Assert.AreEqual("git.prepare-push", request.Operations.Single().Details.Name);
        Assert.AreEqual((200, "application/x-git-receive-pack-result", ""), (call.Context.Response.StatusCode, call.Context.Response.ContentType, call.Answer));
    }

    [TestMethod]
    [DataRow(RefusalKind.Malformed, Flush, $"{A} {B} refs/heads/main", Flush, Pack, DisplayName = "push behind a probe")]
    [DataRow(RefusalKind.Malformed, $"{A} {B} refs/heads/main", Flush, $"{A} {B} refs/heads/x", Flush, Pack, DisplayName = "commands after the flush")]
    [DataRow(RefusalKind.Malformed, $"{A} {B} refs/heads/main", Pack, DisplayName = "pack before the flush")]
    [DataRow(RefusalKind.Malformed, $"{A} {B} refs/heads/a..b", Flush, Pack, DisplayName = "a name git would refuse")]
    [DataRow(RefusalKind.NotSupported, $"{A} {B} refs/heads/main\0push-options", Flush, Pack, DisplayName = "push options")]
    public async Task Classify_BadPush_IsRefused(RefusalKind kind, params string[] packets) => Assert.AreEqual(kind, await Post(Push, false, packets).RefusedAsync());

    [TestMethod]
    [DataRow(400, RefusalKind.Malformed)]
    [DataRow(413, RefusalKind.TooLarge)]
    public async Task Classify_BodyCutOffMidway_IsRefused(int status, RefusalKind kind)
    {
        var call = Post(Push, false).Over(new BrokenStream(Packets(TwoRefs)[..50], new BadHttpRequestException("cut", status)));

        Assert.AreEqual(kind, await call.RefusedAsync());
    }

    [TestMethod]
    public async Task Refuse_UnderstoodPush_ReportsEachRefAfterDrainingTheBody()
    {
        var body = new MemoryStream([.. Packets(TwoRefs), .. new byte[300_000]]);
        var call = Post(Push, false).Over(body);
        var request = await call.UnderstoodAsync();

        await call.RefuseAsync(request, RefusalKind.Denied, "policy: main is closed", new OperationRefusal(request.Operations[0], new CallerText("policy: main is closed")));

        Assert.AreEqual(body.Length, body.Position);
        Assert.AreEqual((200, "application/x-git-receive-pack-result"), (call.Context.Response.StatusCode, call.Context.Response.ContentType));
        var report = Text(
            "unpack ok\n", "ng refs/heads/main policy: main is closed\n", "ng refs/heads/cursor/x refused together with another ref in this push\n", Flush);
        Assert.AreEqual(Text("\u0002CursorBroker: policy: main is closed\n", "\u0002Reference: r-1\n", "\u0001" + report, Flush), call.Answer);
    }

    [TestMethod]
    public async Task Refuse_OneMessageForAll_IsEveryRefsReason()
    {
        var call = Post(Push, false, $"{A} {B} refs/heads/main\0report-status", $"{A} {B} refs/heads/x", Flush, Pack);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.Unavailable, "The ledger is away.");

        Assert.AreEqual(Text("unpack ok\n", "ng refs/heads/main The ledger is away.\n", "ng refs/heads/x The ledger is away.\n", Flush), call.Answer);
    }

    [TestMethod]
    public async Task Refuse_ClientThatReadsNeitherReportNorMessages_CannotTakeItForSuccess()
    {
        var call = Post(Push, false, $"{A} {B} refs/heads/main\0 agent=old", Flush, Pack);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.Denied, "policy: no");

        Assert.AreEqual(403, call.Context.Response.StatusCode);
    }

    [TestMethod]
    public async Task Refuse_BodyBreaksOffWhileDraining_StillAnswers()
    {
        var call = Post(Push, false).Over(new BrokenStream(Packets(TwoRefs), new BadHttpRequestException("cut", 400)));
        var request = await call.UnderstoodAsync();

        await call.RefuseAsync(request, RefusalKind.Denied, "no");

        StringAssert.Contains(call.Answer, "ng refs/heads/main no", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Refuse_EndlessBody_StopsDrainingAtTheBound()
    {
        var body = new MemoryStream([.. Packets(TwoRefs), .. new byte[3_000_000]]);
        var call = new GitCall("POST", "/acme/pay/git-receive-pack", "application/x-git-receive-pack-request") { Options = new() { MaxDrainBytes = 100_000 } }.Over(body);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.Denied, "no");

        Assert.IsLessThan(200_000, body.Position);
        StringAssert.Contains(call.Answer, "ng refs/heads/main no", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(Fetch)]
    [DataRow(Push)]
    public async Task Refuse_Advertisement_IsAStatusWithPlainText(string service)
    {
        var call = new GitCall("GET", $"/acme/pay/info/refs?service={service}");

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.NotFound, "Repository not found.");

        Assert.AreEqual((404, "text/plain; charset=utf-8"), (call.Context.Response.StatusCode, call.Context.Response.ContentType));
        Assert.AreEqual("CursorBroker: Repository not found.\nReference: r-1\n", call.Answer);
        Assert.AreEqual("nosniff", call.Context.Response.Headers.XContentTypeOptions.ToString());
        StringAssert.StartsWith(call.Context.Response.Headers.CacheControl.ToString(), "no-cache", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true, "command=fetch", Delimiter, $"want {A}", Flush)]
    [DataRow(true, "command=ls-refs", Flush)]
    [DataRow(false, $"want {A}", Flush, "done")]
    public async Task Refuse_UnderstoodFetch_IsAnErrPacket(bool v2, params string[] packets)
    {
        var call = Post(Fetch, v2, packets);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.OpaqueRefused, "Clones are not allowed\nhere.");

        Assert.AreEqual((200, "application/x-git-upload-pack-result"), (call.Context.Response.StatusCode, call.Context.Response.ContentType));
        Assert.AreEqual(Text("ERR Clones are not allowed here. (reference r-1)\n"), call.Answer);
    }

    [TestMethod]
    [DataRow(RefusalKind.TooLarge, 413)]
    [DataRow(RefusalKind.Malformed, 400)]
    [DataRow(RefusalKind.Unavailable, 503)]
    public async Task Refuse_NotUnderstood_KeepsItsStatus(RefusalKind kind, int status)
    {
        var call = Post(Push, false, "x");

        await call.RefuseAsync(null, kind, "no");

        Assert.AreEqual(status, call.Context.Response.StatusCode);
        Assert.AreEqual("CursorBroker: no\nReference: r-1\n", call.Answer);
    }

    [TestMethod]
    public async Task Refuse_Unauthenticated_OffersBasicAlone()
    {
        var call = Post(Push, false, TwoRefs);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.Unauthenticated, "Sign in.");

        Assert.AreEqual(401, call.Context.Response.StatusCode);
        Assert.AreEqual("Basic realm=\"CursorBroker\"", call.Context.Response.Headers.WWWAuthenticate.ToString());
    }

    [TestMethod]
    public async Task Refuse_RateLimited_SaysWhenToTryAgain()
    {
        var call = new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack");

        await call.Room.RefuseAsync(
            call.Context,
            null,
            new(Stage.Credential, RefusalKind.RateLimited, new CallerText("later"), "429") { RetryAfter = TimeSpan.FromSeconds(1.2) },
            CancellationToken.None);

        Assert.AreEqual((429, "2"), (call.Context.Response.StatusCode, call.Context.Response.Headers.RetryAfter.ToString()));
    }

    [TestMethod]
    public async Task Refuse_CallerGone_WritesNothing()
    {
        var call = Post(Push, false, TwoRefs);

        await call.RefuseAsync(await call.UnderstoodAsync(), RefusalKind.CallerGone, "gone");

        Assert.AreEqual("", call.Answer);
    }

    [TestMethod]
    public async Task Advertisement_ForAPush_HidesRefsAndAsksForSelfContainedPacks()
    {
        const string header = "# service=git-receive-pack\n";
        var request = await new GitCall("GET", "/acme/pay/info/refs?service=git-receive-pack").With("Git-Protocol", "version=2").UnderstoodAsync();
        await request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None);
        var exchange = request.Rebuild(Repository, Grant(MainOnly));

        Assert.AreEqual(
            Text(header, Flush, $"{A} refs/heads/main\0report-status no-thin\n", Flush),
            await FilteredAsync(exchange, header, Flush, $"{B} refs/heads/secret\0report-status push-options", $"{A} refs/heads/main", Flush));
        Assert.IsFalse(exchange.Headers.Any(static each => each.Key == "Git-Protocol"));
    }

    /// <summary>Gives its bytes and then fails as the server's body stream does.</summary>
    private sealed class BrokenStream(byte[] bytes, Exception failure) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 || buffer.IsEmpty ? read : throw failure;
        }
    }
}
