using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Git;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;
using static CursorBroker.Gateway.Tests.Git.GitCall;

namespace CursorBroker.Gateway.Tests.Git;

[TestClass]
public sealed class FetchTests
{
    private const string Header = "# service=git-upload-pack\n";
    private static readonly string[] Refs = [$"{A} HEAD symref-target:refs/heads/main\n", $"{A} refs/heads/main\n", $"{B} refs/heads/secret\n", Flush];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Rebuild_InfoRefs_AsksTheCanonicalNameWithListedHeadersOnly(bool v2)
    {
        var call = new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack").With("Cookie", "a=b").With("Authorization", "Basic x");
        var exchange = (await (v2 ? call.With("Git-Protocol", "version=2") : call).UnderstoodAsync()).Rebuild(Repository, Grant());

        Assert.AreEqual("Acme/Pay.git/info/refs?service=git-upload-pack", exchange.PathAndQuery);
        Assert.AreEqual(HttpMethod.Get, exchange.Method);
        Assert.AreEqual("application/x-git-upload-pack-advertisement", ((TypedAnswer)exchange.Answer).ContentType);
        CollectionAssert.AreEqual(
            v2 ? new[] { "Accept", "Git-Protocol" } : ["Accept"], exchange.Headers.Select(static header => header.Key).ToArray());
    }

    [TestMethod]
    public async Task Filter_UpstreamAnswersV0ToAV2Client_IsFilteredAsV0()
    {
        var request = await new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack").With("Git-Protocol", "version=2").UnderstoodAsync();
        await request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None);

        var answer = await FilteredAsync(
            request.Rebuild(Repository, Grant(MainOnly)), Header, Flush, $"{B} refs/heads/secret\0ofs-delta filter", $"{A} refs/heads/main", Flush);

        Assert.AreEqual(Text(Header, Flush, $"{A} refs/heads/main\0ofs-delta\n", Flush), answer);
    }

    [TestMethod]
    [DataRow(OpaqueHandling.Allow, true, "fetch=shallow filter\n")]
    [DataRow(OpaqueHandling.Inspect, true, "fetch=shallow\n")]
    [DataRow(OpaqueHandling.Allow, false, "fetch=shallow\n")]
    public async Task Filter_PartialClone_OfferedOnlyWhereEverythingMayBeRead(OpaqueHandling opaque, bool everything, string fetch)
    {
        var request = await new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack").With("Git-Protocol", "version=2").UnderstoodAsync();
        var exchange = request.Rebuild(Repository, Grant(everything ? RefVisibility.Everything : MainOnly, opaque));

        StringAssert.Contains(await FilteredAsync(exchange, "version 2", "fetch=shallow filter", Flush), fetch, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Filter_UpstreamDiesMidway_IsInvalidData()
    {
        var exchange = (await new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack").UnderstoodAsync()).Rebuild(Repository, Grant());

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => FilteredAsync(exchange, Header, Flush, $"{A} refs/heads/main\0ofs-delta"));
    }

    [TestMethod]
    public async Task Filter_UpstreamsOwnError_ReachesGit()
    {
        var exchange = (await new GitCall("GET", "/acme/pay/info/refs?service=git-upload-pack").UnderstoodAsync()).Rebuild(Repository, Grant());

        Assert.AreEqual(Text("ERR GitHub: repository is disabled\n"), await FilteredAsync(exchange, Header, Flush, "ERR repository is disabled"));
    }

    [TestMethod]
    public async Task LsRefs_HiddenRefs_AskForSymrefsAndShowOnlyWhatIsVisible()
    {
        var request = await Post(Fetch, true, "command=ls-refs", "agent=git/2", Delimiter, "peel", "ref-prefix HEAD", Flush).UnderstoodAsync();
        await request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None);
        var exchange = request.Rebuild(Repository, Grant(MainOnly));

        Assert.AreEqual(
            Text("command=ls-refs\n", $"agent={UpstreamGit.Agent}\n", Delimiter, "peel\n", "symrefs\n", "ref-prefix HEAD\n", Flush), await BodyOf(exchange));
        Assert.AreEqual("Acme/Pay.git/git-upload-pack", exchange.PathAndQuery);
        Assert.IsTrue(exchange.Headers.Contains(new("Git-Protocol", "version=2")));
        Assert.AreEqual(Text($"{A} HEAD\n", $"{A} refs/heads/main\n", Flush), await FilteredAsync(exchange, Refs));
        Assert.IsFalse(request.HasOpaqueBody);
    }

    [TestMethod]
    public async Task Fetch_EverythingVisible_IsRebuiltWithoutAnyQuestion()
    {
        var request = await Post(Fetch, true, "command=fetch", Delimiter, $"want {C}", "filter blob:none", "include-tag", "done", Flush).UnderstoodAsync();

        Assert.IsNull(await request.VerifyAsync(new FakeUpstream(), Grant(), CancellationToken.None));
        var exchange = request.Rebuild(Repository, Grant());

        Assert.IsTrue(request.HasOpaqueBody);
        Assert.IsNull(((TypedAnswer)exchange.Answer).Filter);
        Assert.AreEqual(Text("command=fetch\n", Delimiter, "include-tag\n", $"want {C}\n", "filter blob:none\n", "done\n", Flush), await BodyOf(exchange));
    }

    [TestMethod]
    public async Task Fetch_V0_IsSentWithoutTheVersionHeader()
    {
        var request = await Post(Fetch, false, $"want {A} side-band-64k agent=git/2", Flush, "done").UnderstoodAsync();
        await request.VerifyAsync(new FakeUpstream(), Grant(), CancellationToken.None);
        var exchange = request.Rebuild(Repository, Grant());

        Assert.IsFalse(exchange.Headers.Any(static header => header.Key == "Git-Protocol"));
        Assert.AreEqual(Text($"want {A} side-band-64k agent={UpstreamGit.Agent}\n", Flush, "done\n"), await BodyOf(exchange));
    }

    [TestMethod]
    public async Task Fetch_TipShownBefore_NeedsNoQuestion()
    {
        var state = new MemoryState();
        await ListAsync(state);
        var request = await Fetching(state, $"want {A}").UnderstoodAsync();

        Assert.IsNull(await request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None));
        StringAssert.Contains(await BodyOf(request.Rebuild(Repository, Grant(MainOnly))), $"want {A}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Fetch_TipNotRemembered_IsFoundByReadingTheRefsAnew()
    {
        var upstream = new FakeUpstream(Refs);
        var request = await Fetching(new(), $"want {A}").UnderstoodAsync();

        Assert.IsNull(await request.VerifyAsync(upstream, Grant(MainOnly), CancellationToken.None));
        Assert.AreEqual("Acme/Pay.git/git-upload-pack", upstream.Asked.Single().PathAndQuery);
        StringAssert.Contains(await BodyOf(upstream.Asked.Single()), "symrefs", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow($"want {B}", "upload-pack: not our ref " + B, DisplayName = "hidden tip by id")]
    [DataRow($"want {C}", "upload-pack: not our ref " + C, DisplayName = "object that is no tip: the same words")]
    [DataRow($"want {A}|deepen-not secret", "deepen-not is not a ref: secret", DisplayName = "cut at a hidden ref")]
    [DataRow($"want {A}|filter tree:0", "partial clones are not offered", DisplayName = "partial clone")]
    public async Task Fetch_OutsideWhatIsVisible_IsRefusedInGitsWords(string arguments, string message)
    {
        var request = await Fetching(new(), arguments.Split('|')).UnderstoodAsync();

        var refusal = await request.VerifyAsync(new FakeUpstream(Refs), Grant(MainOnly), CancellationToken.None);

        Assert.AreEqual(RefusalKind.Denied, refusal?.Kind);
        StringAssert.Contains(refusal!.Message.Value, message, StringComparison.Ordinal);
        Assert.ThrowsExactly<InvalidOperationException>(() => request.Rebuild(Repository, Grant(MainOnly)));
    }

    [TestMethod]
    public async Task Fetch_RefMovedAfterTheListing_IsForgivenForMinutesOnly()
    {
        var (state, time) = (new MemoryState(), new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        await ListAsync(state, time);
        string[] moved = [$"{C} refs/heads/main\n", Flush];

        var early = await Fetching(state, time, $"want {A}").UnderstoodAsync();
        Assert.IsNull(await early.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None));

        time.Advance(ShownTips.Grace + TimeSpan.FromSeconds(1));
        var late = await Fetching(state, time, $"want {A}").UnderstoodAsync();
        Assert.AreEqual(RefusalKind.Denied, (await late.VerifyAsync(new FakeUpstream(moved), Grant(MainOnly), CancellationToken.None))?.Kind);
    }

    [TestMethod]
    public async Task Fetch_RememberedTips_AreOfOneSessionRepositoryAndVisibilityAlone()
    {
        var state = new MemoryState();
        await ListAsync(state);
        var other = RefVisibility.Matching([Glob.Compile("refs/heads/x")]);
        string[] nothing = [Flush];

        foreach (var (upstream, visible) in new[]
        {
            (new FakeUpstream(nothing) { Session = new SessionId("s-2") }, MainOnly),
            (new FakeUpstream(nothing) { Repository = Repository with { Id = 43 } }, MainOnly),
            (new FakeUpstream(nothing), other),
        })
        {
            var request = await Fetching(state, $"want {A}").UnderstoodAsync();
            Assert.AreEqual(RefusalKind.Denied, (await request.VerifyAsync(upstream, Grant(visible), CancellationToken.None))?.Kind);
        }
    }

    [TestMethod]
    public async Task Fetch_UpstreamCannotBeAsked_IsItsRefusal()
    {
        var refusal = new Refusal(Stage.Forward, RefusalKind.RateLimited, new CallerText("later"), "429");
        var request = await Fetching(new(), $"want {A}").UnderstoodAsync();

        Assert.AreSame(refusal, await request.VerifyAsync(new FakeUpstream { Refusal = refusal }, Grant(MainOnly), CancellationToken.None));
    }

    [TestMethod]
    public async Task Fetch_UpstreamListBreaksOff_IsAnUpstreamFailureNotAShortList()
    {
        var request = await Fetching(new(), $"want {A}").UnderstoodAsync();

        var refusal = await request.VerifyAsync(new FakeUpstream([[$"{A} refs/heads/main\n"]]), Grant(MainOnly), CancellationToken.None);

        Assert.AreEqual(RefusalKind.UpstreamFailed, refusal?.Kind);
    }

    [TestMethod]
    public async Task Fetch_StateDown_Throws()
    {
        var request = await Fetching(new() { IsDown = true }, $"want {A}").UnderstoodAsync();

        await Assert.ThrowsExactlyAsync<StateUnavailableException>(
            () => request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None).AsTask());
    }

    [TestMethod]
    public async Task Remember_LostRaces_AreRetriedAndGivenUp()
    {
        var (state, key) = (new MemoryState { LostRaces = 2 }, new ShownTipsKey("k"));
        var tips = new ShownTips(state, TimeProvider.System);

        Assert.IsTrue(await tips.RememberAsync(key, [GitOid.Parse(A)], CancellationToken.None));
        Assert.IsTrue(await tips.RememberAsync(key, [GitOid.Parse(B)], CancellationToken.None));
        state.LostRaces = 100;
        Assert.IsFalse(await tips.RememberAsync(key, [GitOid.Parse(C)], CancellationToken.None));

        CollectionAssert.AreEquivalent(new[] { A, B }, (await tips.RecallAsync(key, CancellationToken.None)).Select(static oid => oid.Hex).ToArray());
    }

    [TestMethod]
    public async Task Remember_MoreThanOneRecordHolds_IsNotRemembered()
    {
        var tips = new ShownTips(new MemoryState(), TimeProvider.System);
        var many = Enumerable.Range(0, 11_000).Select(static i => GitOid.Parse($"{i:x40}")).ToArray();

        Assert.IsFalse(await tips.RememberAsync(new("k"), many, CancellationToken.None));
        Assert.IsTrue(await tips.RememberAsync(new("k"), many[..10_000], CancellationToken.None));
        Assert.HasCount(10_000, await tips.RecallAsync(new("k"), CancellationToken.None));
    }

    [TestMethod]
    public async Task Classify_GzippedFetch_IsRead()
    {
        var haves = Enumerable.Range(0, 2000).Select(static i => $"have {i:x40}\n");
        var body = Gzip(Packets(["command=fetch", Delimiter, $"want {A}", .. haves, Flush]));

        Assert.IsTrue((await PostBytes(Fetch, true, body).With("Content-Encoding", "gzip").UnderstoodAsync()).HasOpaqueBody);
    }

    [TestMethod]
    public async Task Classify_GzipBomb_IsStoppedAtTheLimitNotInflated()
    {
        // 15 MB of lines in some tens of kilobytes.
        var bomb = Gzip([.. Packets("command=fetch", Delimiter, $"want {A}"), .. Enumerable.Repeat("0032have 3333333333333333333333333333333333333333\n"u8.ToArray(), 300_000).SelectMany(static line => line)]);
        var call = PostBytes(Fetch, true, bomb).With("Content-Encoding", "gzip");

        Assert.AreEqual(RefusalKind.TooLarge, await call.RefusedAsync());
    }

    [TestMethod]
    public async Task Classify_NotGzip_IsRefused() => Assert.AreEqual(
        RefusalKind.Malformed, await PostBytes(Fetch, true, Packets("command=ls-refs", Flush)).With("Content-Encoding", "gzip").RefusedAsync());

    [TestMethod]
    [DataRow(true, RefusalKind.NotSupported, "command=object-info", Flush)]
    [DataRow(true, RefusalKind.Malformed, "command=ls-refs", Delimiter)]
    [DataRow(false, RefusalKind.Malformed, $"want {A}")]
    public async Task Classify_BadFetch_IsRefused(bool v2, RefusalKind kind, params string[] packets) =>
        Assert.AreEqual(kind, await Post(Fetch, v2, packets).RefusedAsync());

    [TestMethod]
    public async Task Probe_BeforeALargeFetch_IsAnsweredEmpty()
    {
        var call = Post(Fetch, true, Flush);
        var request = await call.UnderstoodAsync();

        Assert.IsFalse(request.NeedsUpstream);
        Assert.AreEqual("git.read", request.Operations.Single().Details.Name);
        await request.AnswerAsync(GitCall.Answering(call.Context), CancellationToken.None);
        Assert.AreEqual((200, "application/x-git-upload-pack-result", ""), (call.Context.Response.StatusCode, call.Context.Response.ContentType, call.Answer));
    }

    private static GitCall Fetching(MemoryState state, params string[] arguments) => Fetching(state, new(), arguments);

    private static GitCall Fetching(MemoryState state, Microsoft.Extensions.Time.Testing.FakeTimeProvider time, params string[] arguments)
    {
        var call = new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Packets(["command=fetch", Delimiter, .. arguments, Flush]))
        {
            State = state,
            Time = time,
        };
        return call.With("Git-Protocol", "version=2");
    }

    private static async Task ListAsync(MemoryState state, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null)
    {
        var call = new GitCall("POST", "/acme/pay/git-upload-pack", "application/x-git-upload-pack-request", Packets("command=ls-refs", Flush)) { State = state, Time = time ?? new() };
        var request = await call.With("Git-Protocol", "version=2").UnderstoodAsync();
        await request.VerifyAsync(new FakeUpstream(), Grant(MainOnly), CancellationToken.None);
        await FilteredAsync(request.Rebuild(Repository, Grant(MainOnly)), Refs);
    }
}
