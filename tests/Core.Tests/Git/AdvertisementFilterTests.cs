using CsCheck;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using static CursorBroker.Core.Tests.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class AdvertisementFilterTests
{
    private const string Fetch = "# service=git-upload-pack\n";
    private const string Push = "# service=git-receive-pack\n";

    private const string Offered =
        "multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed "
        + "allow-tip-sha1-in-want allow-reachable-sha1-in-want allow-any-sha1-in-want no-done symref=HEAD:refs/heads/main filter object-format=sha1 agent=git/up";

    private const string Restricted =
        "multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not no-progress multi_ack_detailed no-done";

    private static readonly RefVisibility Main = RefVisibility.Matching([Glob.Compile("refs/heads/main"), Glob.Compile("refs/tags/v*")]);
    private static readonly RefVisibility Tags = RefVisibility.Matching([Glob.Compile("refs/tags/v*")]);

    private static readonly string[] Upstream =
    [
        Fetch, Flush, $"{A} HEAD\0{Offered}\n", $"{A} refs/heads/main\n", $"{B} refs/heads/secret\n", $"{B} refs/pull/1/head\n", $"{B} refs/tags/hidden\n", $"{A} refs/tags/hidden^{{}}\n",
        $"{C} refs/tags/v1\n", $"{A} refs/tags/v1^{{}}\n", Flush,
    ];

    [TestMethod]
    public async Task FilterV0_EverythingVisible_OnlyCapabilitiesAreReduced()
    {
        var (outcome, lines, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1") { ByIdReads = true }, Upstream);

        Assert.AreEqual(new AdvertisementOutcome(0, null, true), outcome);
        var expected = (string[])Upstream.Clone();
        expected[2] = $"{A} HEAD\0{Offered.Replace("allow-any-sha1-in-want ", "", StringComparison.Ordinal).Replace("git/up", "broker/1", StringComparison.Ordinal)}\n";
        CollectionAssert.AreEqual(expected, lines);
    }

    [TestMethod]
    public async Task FilterV0_PathsDenied_OffersNoReadsById()
    {
        var (_, lines, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1"), Upstream);

        Assert.AreEqual($"{A} HEAD\0{Restricted} symref=HEAD:refs/heads/main object-format=sha1 agent=broker/1\n", lines[2]);
    }

    [TestMethod]
    public async Task FilterV0_HiddenRefs_AreGoneAndReportedRefsAreTheShownOnes()
    {
        var (_, lines, shown) = await RunAsync(new(GitService.UploadPack, Main, "broker/1") { ByIdReads = true }, Upstream);

        CollectionAssert.AreEqual(
            new[]
            {
                Fetch, Flush, $"{A} HEAD\0{Restricted} symref=HEAD:refs/heads/main object-format=sha1 agent=broker/1\n", $"{A} refs/heads/main\n", $"{C} refs/tags/v1\n",
                $"{A} refs/tags/v1^{{}}\n", Flush,
            },
            lines);
        Assert.IsTrue(shown.Contains(GitOid.Parse(A)) && shown.Contains(GitOid.Parse(C)) && !shown.Contains(GitOid.Parse(B)));
        Assert.AreEqual("refs/tags/v1", shown.Resolve("v1"));
        Assert.IsNull(shown.Resolve("secret"));
    }

    [TestMethod]
    public async Task FilterV0_HeadsTargetHidden_HeadGoesAndCapabilitiesMoveToTheNextShown()
    {
        var (_, lines, shown) = await RunAsync(new(GitService.UploadPack, Tags, "broker/1"), Upstream);

        CollectionAssert.AreEqual(
            new[] { Fetch, Flush, $"{C} refs/tags/v1\0{Restricted} object-format=sha1 agent=broker/1\n", $"{A} refs/tags/v1^{{}}\n", Flush }, lines);
        Assert.IsNull(shown.Resolve("HEAD"));
    }

    [TestMethod]
    public async Task FilterV0_NothingShown_CapabilitiesRideOnTheZeroId()
    {
        var (_, lines, shown) = await RunAsync(new(GitService.UploadPack, RefVisibility.Nothing, "broker/1"), Upstream);

        CollectionAssert.AreEqual(new[] { Fetch, Flush, $"{Zero} capabilities^{{}}\0{Restricted} object-format=sha1 agent=broker/1\n", Flush }, lines);
        Assert.AreEqual(0, shown.Count);
    }

    [TestMethod]
    public async Task FilterV0_DetachedHead_IsHiddenWhereRefsAre()
    {
        string[] upstream = [Fetch, Flush, $"{B} HEAD\0ofs-delta", $"{A} refs/heads/main", Flush];

        var (_, restricted, _) = await RunAsync(new(GitService.UploadPack, Main, "broker/1"), upstream);
        var (_, everything, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1"), upstream);

        CollectionAssert.AreEqual(new[] { Fetch, Flush, $"{A} refs/heads/main\0ofs-delta\n", Flush }, restricted);
        CollectionAssert.AreEqual(new[] { Fetch, Flush, $"{B} HEAD\0ofs-delta\n", $"{A} refs/heads/main\n", Flush }, everything);
    }

    [TestMethod]
    public async Task FilterV0_Sha256Repository_HasALongZeroId()
    {
        var id = new string('a', 64);

        var (_, lines, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Nothing, "broker/1"), Fetch, Flush, $"{id} HEAD\0object-format=sha256", Flush);

        Assert.AreEqual($"{new string('0', 64)} capabilities^{{}}\0object-format=sha256\n", lines[2]);
    }

    [TestMethod]
    public async Task FilterV1_VersionLine_IsKept()
    {
        var (outcome, lines, _) = await RunAsync(new(GitService.UploadPack, Main, "broker/1"), Fetch, Flush, "version 1", $"{A} refs/heads/main\0ofs-delta", Flush);

        Assert.AreEqual(1, outcome.Version);
        CollectionAssert.AreEqual(new[] { Fetch, Flush, "version 1\n", $"{A} refs/heads/main\0ofs-delta\n", Flush }, lines);
    }

    [TestMethod]
    public async Task FilterReceivePack_HiddenRefsAndHaves_AreGone()
    {
        string[] upstream =
        [
            Push, Flush, $"{B} refs/heads/secret\0report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta push-options push-cert=nonce session-id=s object-format=sha1 agent=git/up",
            $"{A} refs/heads/main", $"{C} .have", Flush,
        ];
        const string passed = "report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=broker/1 no-thin";

        var (_, restricted, _) = await RunAsync(new(GitService.ReceivePack, Main, "broker/1"), upstream);
        var (_, everything, _) = await RunAsync(new(GitService.ReceivePack, RefVisibility.Everything, "broker/1"), upstream);

        CollectionAssert.AreEqual(new[] { Push, Flush, $"{A} refs/heads/main\0{passed}\n", Flush }, restricted);
        CollectionAssert.AreEqual(new[] { Push, Flush, $"{B} refs/heads/secret\0{passed}\n", $"{A} refs/heads/main\n", $"{C} .have\n", Flush }, everything);
    }

    [TestMethod]
    public async Task FilterReceivePack_EmptyRepository_StaysEmpty()
    {
        var (_, lines, _) = await RunAsync(new(GitService.ReceivePack, RefVisibility.Everything, "broker/1"), Push, Flush, $"{Zero} capabilities^{{}}\0report-status", Flush);

        CollectionAssert.AreEqual(new[] { Push, Flush, $"{Zero} capabilities^{{}}\0report-status no-thin\n", Flush }, lines);
    }

    [TestMethod]
    public async Task FilterV0_EmptyRepositoryWithoutCapabilities_StaysEmpty()
    {
        // What a git before 2.42 answers to who fetches.
        var (outcome, lines, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1"), Fetch, Flush, Flush);

        Assert.IsNull(outcome.Failure);
        CollectionAssert.AreEqual(new[] { Fetch, Flush, Flush }, lines);
    }

    [TestMethod]
    public async Task FilterReceivePack_WithoutCapabilities_IsAFailure()
    {
        var (outcome, _, _) = await RunAsync(new(GitService.ReceivePack, RefVisibility.Everything, "broker/1"), Push, Flush, Flush);

        Assert.AreEqual(GitFailureKind.Malformed, outcome.Failure?.Kind);
    }

    [TestMethod]
    public async Task FilterV0_ShallowUpstream_ShowsItsBoundaryOnlyWhereNothingIsHidden()
    {
        string[] upstream = [Fetch, Flush, $"{A} refs/heads/main\0shallow", $"shallow {B}", Flush];

        var (_, everything, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1"), upstream);
        var (_, restricted, _) = await RunAsync(new(GitService.UploadPack, Main, "broker/1"), upstream);

        Assert.IsTrue(everything.Contains($"shallow {B}\n"));
        Assert.IsFalse(restricted.Contains($"shallow {B}\n"));
    }

    [TestMethod]
    [DataRow(true, "fetch=shallow filter\n")]
    [DataRow(false, "fetch=shallow\n")]
    public async Task FilterV2_Capabilities_OnlyThoseSpoken(bool byIdReads, string fetch)
    {
        string[] upstream =
        [
            "version 2\n", "agent=git/up\n", "ls-refs=unborn frob\n", "fetch=shallow wait-for-done filter sideband-all packfile-uris ref-in-want\n", "server-option\n", "object-format=sha1\n",
            "object-info\n", "bundle-uri\n", "session-id=x\n", Flush,
        ];
        string[] expected = [Fetch, Flush, "version 2\n", "agent=broker/1\n", "ls-refs=unborn\n", fetch, "object-format=sha1\n", Flush];
        var rules = new AdvertisementRules(GitService.UploadPack, RefVisibility.Everything, "broker/1") { ByIdReads = byIdReads };

        var (outcome, bare, _) = await RunAsync(rules, upstream);
        var (_, headed, _) = await RunAsync(rules, [Fetch, Flush, .. upstream]);
        var (_, restricted, _) = await RunAsync(rules with { Visible = Main, ByIdReads = true }, upstream);

        Assert.AreEqual(new AdvertisementOutcome(2, null, true), outcome);
        CollectionAssert.AreEqual(expected, bare);
        CollectionAssert.AreEqual(expected, headed);
        Assert.AreEqual("fetch=shallow\n", restricted[5]);
    }

    [TestMethod]
    [DataRow(GitFailureKind.Truncated, DisplayName = "nothing at all")]
    [DataRow(GitFailureKind.Truncated, Fetch, Flush, $"{A} refs/heads/main\0ofs-delta", DisplayName = "upstream dies midway")]
    [DataRow(GitFailureKind.Malformed, $"{A} refs/heads/main\0ofs-delta", Flush, DisplayName = "no service header")]
    [DataRow(GitFailureKind.Malformed, Push, Flush, $"{A} refs/heads/main\0ofs-delta", Flush, DisplayName = "the other service")]
    [DataRow(GitFailureKind.Malformed, Fetch, "version 2", Flush, DisplayName = "no flush after the header")]
    [DataRow(GitFailureKind.Malformed, Fetch, Flush, "<html>", Flush, DisplayName = "not an advertisement")]
    [DataRow(GitFailureKind.Malformed, Fetch, Flush, $"{A} refs/heads/main\0ofs-delta", $"{B} refs/heads/x\0more", Flush, DisplayName = "NUL in a later line")]
    [DataRow(GitFailureKind.Malformed, Fetch, Flush, $"{A} refs/tags/a\0ofs-delta", $"{B} refs/tags/b^{{}}", Flush, DisplayName = "peeled line of another ref")]
    [DataRow(GitFailureKind.Unsupported, Fetch, Flush, $"{A} refs/heads/main\0object-format=sha3", Flush, DisplayName = "unknown hash")]
    [DataRow(GitFailureKind.UpstreamRefused, Fetch, Flush, "ERR no such repository", DisplayName = "upstream's error")]
    [DataRow(GitFailureKind.UpstreamRefused, "ERR access denied", DisplayName = "upstream's error before anything")]
    [DataRow(GitFailureKind.Truncated, "version 2", "ls-refs", DisplayName = "v2 dies midway")]
    public async Task Filter_BadUpstream_IsAFailure(GitFailureKind kind, params string[] upstream)
    {
        var (outcome, _, _) = await RunAsync(new(GitService.UploadPack, RefVisibility.Everything, "broker/1"), upstream);

        Assert.AreEqual(kind, outcome.Failure?.Kind, outcome.Failure?.Message);
    }

    [TestMethod]
    public async Task Filter_PushInVersion2_IsRefused()
    {
        var (outcome, _, _) = await RunAsync(new(GitService.ReceivePack, RefVisibility.Everything, "broker/1"), "version 2", Flush);

        Assert.AreEqual(GitFailureKind.Unsupported, outcome.Failure?.Kind);
        Assert.IsFalse(outcome.Started);
    }

    [TestMethod]
    public async Task LsRefs_HiddenRefs_AreGoneWithEverythingThatPointsToThem()
    {
        string[] upstream =
        [
            $"{A} HEAD symref-target:refs/heads/main\n", $"{A} refs/heads/main\n", $"{B} refs/heads/secret\n", $"{C} refs/tags/v1 peeled:{A} frob:x\n", $"{B} refs/tags/valias symref-target:refs/heads/secret\n",
            $"{B} refs/tags/hidden peeled:{A}\n", Flush,
        ];

        var (outcome, lines, shown) = await LsRefsAsync(Main, showSymrefs: true, upstream);
        var (_, quiet, _) = await LsRefsAsync(Main, showSymrefs: false, upstream);
        var (_, tags, _) = await LsRefsAsync(Tags, showSymrefs: true, upstream);

        Assert.IsNull(outcome.Failure);
        CollectionAssert.AreEqual(new[] { $"{A} HEAD symref-target:refs/heads/main\n", $"{A} refs/heads/main\n", $"{C} refs/tags/v1 peeled:{A}\n", Flush }, lines);
        CollectionAssert.AreEqual(new[] { $"{A} HEAD\n", $"{A} refs/heads/main\n", $"{C} refs/tags/v1 peeled:{A}\n", Flush }, quiet);
        CollectionAssert.AreEqual(new[] { $"{C} refs/tags/v1 peeled:{A}\n", Flush }, tags);
        Assert.IsFalse(shown.Contains(GitOid.Parse(B)));
        Assert.IsTrue(shown.Contains(GitOid.Parse(C)));
    }

    [TestMethod]
    [DataRow("refs/heads/main", true)]
    [DataRow("refs/heads/secret", false)]
    public async Task LsRefs_UnbornHead_ShownOnlyWhenItsTargetIs(string target, bool shown)
    {
        var (_, lines, _) = await LsRefsAsync(Main, showSymrefs: true, $"unborn HEAD symref-target:{target}\n", Flush);

        CollectionAssert.AreEqual(shown ? new[] { $"unborn HEAD symref-target:{target}\n", Flush } : [Flush], lines);
    }

    [TestMethod]
    public async Task LsRefs_DetachedHead_IsHiddenWhereRefsAre()
    {
        var (_, restricted, _) = await LsRefsAsync(Main, showSymrefs: true, $"{B} HEAD\n", Flush);
        var (_, everything, _) = await LsRefsAsync(RefVisibility.Everything, showSymrefs: true, $"{B} HEAD\n", Flush);

        CollectionAssert.AreEqual(new[] { Flush }, restricted);
        CollectionAssert.AreEqual(new[] { $"{B} HEAD\n", Flush }, everything);
    }

    [TestMethod]
    [DataRow(GitFailureKind.Truncated, $"{A} refs/heads/main\n")]
    [DataRow(GitFailureKind.Malformed, "unborn refs/heads/main", Flush)]
    [DataRow(GitFailureKind.Malformed, $"{A}", Flush)]
    [DataRow(GitFailureKind.Malformed, $"{A} ", Flush)]
    [DataRow(GitFailureKind.Malformed, "", Flush)]
    [DataRow(GitFailureKind.Malformed, $"{A} refs/heads/main peeled:zz", Flush)]
    [DataRow(GitFailureKind.Malformed, $"{A} refs/heads/main symref-target:a\0b", Flush)]
    [DataRow(GitFailureKind.Malformed, Delimiter, Flush)]
    [DataRow(GitFailureKind.UpstreamRefused, "ERR upload-pack: not our ref", Flush)]
    public async Task LsRefs_BadUpstream_IsAFailure(GitFailureKind kind, params string[] upstream)
    {
        var (outcome, _, _) = await LsRefsAsync(RefVisibility.Everything, showSymrefs: true, upstream);

        Assert.AreEqual(kind, outcome.Failure?.Kind, outcome.Failure?.Message);
    }

    [TestMethod]
    public async Task LsRefs_WithoutOutput_OnlyTells()
    {
        var shown = new ShownRefs();

        var outcome = await LsRefsFilter.RunAsync(Pipe(Packets($"{A} refs/heads/main", Flush)), null, Main, false, null, shown, CancellationToken.None);

        Assert.AreEqual(new AdvertisementOutcome(2, null, false), outcome);
        Assert.IsTrue(shown.Contains(GitOid.Parse(A)));
    }

    [TestMethod]
    public async Task LsRefs_ReaderGone_StopsWithoutReadingOn()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Reader.CompleteAsync();
        string[] refs = [.. Enumerable.Range(0, 2000).Select(static i => $"{A} refs/heads/{i}"), Flush];

        var outcome = await LsRefsFilter.RunAsync(Pipe(Packets(refs)), pipe.Writer, RefVisibility.Everything, false, null, null, CancellationToken.None);

        Assert.AreEqual(GitFailureKind.ReaderGone, outcome.Failure?.Kind);
    }

    [TestMethod]
    public void Filter_AnySplitOfTheBytes_GivesTheSame()
    {
        var rules = new AdvertisementRules(GitService.UploadPack, Tags, "broker/1");
        var expected = RunAsync(rules, Upstream).Result.Lines;
        Gen.Int[1, 90].Array[1, 6].Sample(pieces =>
        {
            var (_, output) = CaptureAsync(writer => AdvertisementFilter.RunAsync(Pipe(Packets(Upstream), pieces), writer, rules, null, CancellationToken.None)).Result;
            return UnpackAsync(output).Result.SequenceEqual(expected);
        });
    }

    [TestMethod]
    public void Filter_MutatedBytes_NeverThrowNorShowAHiddenName()
    {
        var rules = new AdvertisementRules(GitService.UploadPack, Main, "broker/1");
        var original = Packets(Upstream);
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte).Array[0, 3].Sample(changes =>
        {
            var bytes = (byte[])original.Clone();
            Array.ForEach(changes, change => bytes[change.Item1] = change.Item2);
            var (_, output) = CaptureAsync(writer => AdvertisementFilter.RunAsync(Pipe(bytes), writer, rules, null, CancellationToken.None)).Result;
            return output.AsSpan().IndexOf("refs/heads/secret"u8) < 0;
        });
    }

    private static async Task<(AdvertisementOutcome Outcome, string[] Lines, ShownRefs Shown)> RunAsync(AdvertisementRules rules, params string[] upstream)
    {
        var shown = new ShownRefs();
        var (outcome, output) = await CaptureAsync(writer =>
            AdvertisementFilter.RunAsync(Pipe(Packets(upstream), 23), writer, rules, shown, CancellationToken.None));
        return (outcome, await UnpackAsync(output), shown);
    }

    private static async Task<(AdvertisementOutcome Outcome, string[] Lines, ShownRefs Shown)> LsRefsAsync(RefVisibility visible, bool showSymrefs, params string[] upstream)
    {
        var shown = new ShownRefs();
        var (outcome, output) = await CaptureAsync(writer =>
            LsRefsFilter.RunAsync(Pipe(Packets(upstream), 31), writer, visible, showSymrefs, null, shown, CancellationToken.None));
        return (outcome, await UnpackAsync(output), shown);
    }
}
