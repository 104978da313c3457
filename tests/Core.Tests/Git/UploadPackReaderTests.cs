using System.Buffers;
using CsCheck;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Wire;
using static CursorBroker.Core.Tests.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class UploadPackReaderTests
{
    private const string Agent = "agent=git/2.39.5";
    private const string Sha1 = "object-format=sha1";
    private static readonly string Sha256Id = new('a', 64);

    [TestMethod]
    public async Task ReadV2_LsRefs_RebuiltFromItsParts()
    {
        var request = (LsRefsRequest)await GoodAsync(
            true, "command=ls-refs\n", Agent + "\n", Sha1, "session-id=x", Delimiter, "peel\n", "symrefs\n", "unborn", "ref-prefix HEAD\n", "ref-prefix refs/heads/ä", "ref-prefix \n", Flush);

        CollectionAssert.AreEqual(
            new[] { "command=ls-refs\n", "agent=broker/1\n", Sha1 + "\n", Delimiter, "peel\n", "symrefs\n", "unborn\n", "ref-prefix HEAD\n", "ref-prefix refs/heads/ä\n", "ref-prefix \n", Flush },
            await UnpackAsync(Write(output => request.WriteTo(output, "broker/1", askSymrefs: false))));
    }

    [TestMethod]
    public async Task ReadV2_LsRefsWithoutSymrefs_CanStillAskForThem()
    {
        var request = (LsRefsRequest)await GoodAsync(true, "command=ls-refs", Flush);

        Assert.IsFalse(request.Symrefs);
        CollectionAssert.AreEqual(
            new[] { "command=ls-refs\n", Delimiter, "symrefs\n", Flush },
            await UnpackAsync(Write(output => request.WriteTo(output, "broker/1", askSymrefs: true))));
    }

    [TestMethod]
    public async Task ReadV2_Fetch_RebuiltFromItsParts()
    {
        var request = (FetchRequest)await GoodAsync(
            true, "command=fetch", Agent, Sha1, Delimiter, "thin-pack", "no-progress", "include-tag", "ofs-delta", "deepen-relative", $"have {C}", $"shallow {B}", "deepen 5",
            "filter blob:limit=1k", $"want {A}\n", $"want {B}", $"have {A}", "done\n", Flush);

        Assert.IsTrue(request is { IsV2: true, Haves: 2, Shallows: 1, Deepen: 5, Done: true, Wants.Count: 2 });
        CollectionAssert.AreEqual(
            new[]
            {
                "command=fetch\n", "agent=broker/1\n", Sha1 + "\n", Delimiter, "thin-pack\n", "no-progress\n", "include-tag\n", "ofs-delta\n", "deepen-relative\n", $"want {A}\n",
                $"want {B}\n", $"shallow {B}\n", "deepen 5\n", "filter blob:limit=1024\n", $"have {C}\n", $"have {A}\n", "done\n", Flush,
            },
            await UnpackAsync(Bytes(request)));
    }

    [TestMethod]
    public async Task ReadV0_Fetch_RebuiltFromItsParts()
    {
        var request = (FetchRequest)await GoodAsync(
            false, $"want {A} multi_ack_detailed no-done side-band-64k thin-pack include-tag ofs-delta deepen-since deepen-not session-id=q {Agent} {Sha1}\n", $"want {B}\n", $"shallow {C}",
            "deepen-since 1700000000", "deepen-not v1.0", "deepen-not refs/heads/x", "filter tree:0", Flush, $"have {A}\n", Flush, $"have {C}\n", "done\n");

        Assert.IsTrue(request is { IsV2: false, Haves: 2, DeepenSince: 1700000000, Done: true });
        CollectionAssert.AreEqual(
            new[]
            {
                $"want {A} multi_ack_detailed no-done side-band-64k thin-pack include-tag ofs-delta deepen-since deepen-not {Sha1} agent=broker/1\n", $"want {B}\n", $"shallow {C}\n",
                "deepen-since 1700000000\n", "deepen-not v1.0\n", "deepen-not refs/heads/x\n", "filter tree:0\n", Flush, $"have {A}\n", Flush, $"have {C}\n", "done\n",
            },
            await UnpackAsync(Bytes(request)));
    }

    [TestMethod]
    [DataRow(Flush, DisplayName = "a round that ends with a flush")]
    [DataRow("done", DisplayName = "the last round")]
    [DataRow(null, DisplayName = "only the depth is asked for")]
    public async Task ReadV0_EndsOfARound_AreAccepted(string? end)
    {
        string[] head = [$"want {A} shallow", "deepen 1", Flush];

        var request = (FetchRequest)await GoodAsync(false, end is null ? head : [.. head, $"have {B}", end]);

        Assert.AreEqual(end == "done", request.Done);
        Assert.AreEqual(end is null ? 0 : 1, request.Haves);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Read_EmptyFlush_IsAProbe(bool isV2) => Assert.IsInstanceOfType<UploadPackProbe>(await GoodAsync(isV2, Flush));

    [TestMethod]
    [DataRow(true, GitFailureKind.Truncated, DisplayName = "empty body")]
    [DataRow(true, GitFailureKind.Malformed, Flush, "command=ls-refs", Flush, DisplayName = "command behind a probe")]
    [DataRow(true, GitFailureKind.Malformed, Delimiter, Flush, DisplayName = "delimiter first")]
    [DataRow(true, GitFailureKind.Unsupported, "command=object-info", Delimiter, "size", Flush, DisplayName = "object-info reads any object")]
    [DataRow(true, GitFailureKind.Unsupported, "command=bundle-uri", Flush, DisplayName = "bundle-uri")]
    [DataRow(true, GitFailureKind.Unsupported, "command=push", Flush, DisplayName = "a command that does not exist")]
    [DataRow(true, GitFailureKind.Unsupported, $"want {A}", Flush, DisplayName = "v0 request under the v2 header")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", "command=fetch", Delimiter, Flush, DisplayName = "two commands")]
    [DataRow(true, GitFailureKind.Malformed, "command=ls-refs", Flush, "command=ls-refs", Flush, DisplayName = "second request in one body")]
    [DataRow(true, GitFailureKind.Malformed, "command=ls-refs", Delimiter, "peel", Delimiter, Flush, DisplayName = "two delimiters")]
    [DataRow(true, GitFailureKind.Truncated, "command=ls-refs", DisplayName = "ends among capabilities")]
    [DataRow(true, GitFailureKind.Truncated, "command=ls-refs", Delimiter, "peel", DisplayName = "ends among arguments")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", "server-option=x", Delimiter, Flush, DisplayName = "server option")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", "agent=a b", Delimiter, Flush, DisplayName = "agent with a space")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", "object-format=sha512", Delimiter, Flush, DisplayName = "unknown hash")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", Sha1, Sha1, Delimiter, Flush, DisplayName = "hash twice")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", Delimiter, "hidden", Flush, DisplayName = "unknown ls-refs argument")]
    [DataRow(true, GitFailureKind.Unsupported, "command=ls-refs", Delimiter, "ref-prefix", Flush, DisplayName = "ref-prefix without a space")]
    [DataRow(true, GitFailureKind.Malformed, "command=ls-refs", Delimiter, "ref-prefix refs/heads/a\nunborn", Flush, DisplayName = "argument smuggled in a prefix")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, "done", Flush, DisplayName = "fetch of nothing")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Flush, DisplayName = "fetch without arguments")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, "want-ref refs/heads/main", Flush, DisplayName = "want-ref")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, $"want {A}", "sideband-all", Flush, DisplayName = "sideband-all")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, $"want {A}", "packfile-uris https", Flush, DisplayName = "packfile-uris leads away from the broker")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, $"want {A}", "wait-for-done", Flush, DisplayName = "wait-for-done")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, $"want {A}", "multi_ack", Flush, DisplayName = "v0 capability as v2 argument")]
    [DataRow(true, GitFailureKind.Unsupported, "command=fetch", Delimiter, $"want {A}", "filter sparse:oid=main:spec", Flush, DisplayName = "sparse filter reads an object")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "filter blob:none", "filter tree:0", Flush, DisplayName = "two filters")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A} thin-pack", Flush, DisplayName = "v0 capabilities in v2")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, "want refs/heads/main", Flush, DisplayName = "want by name")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "have x", Flush, DisplayName = "have of no id")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", "object-format=sha256", Delimiter, $"want {A}", Flush, DisplayName = "want of another format")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen 0", Flush, DisplayName = "depth of zero")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen -1", Flush, DisplayName = "negative depth")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen 1", "deepen 2", Flush, DisplayName = "two depths")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen 1", "deepen-since 5", Flush, DisplayName = "depth and date")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen-since yesterday", Flush, DisplayName = "date in words")]
    [DataRow(true, GitFailureKind.Malformed, "command=fetch", Delimiter, $"want {A}", "deepen-not a..b", Flush, DisplayName = "cut at no ref")]
    [DataRow(false, GitFailureKind.Truncated, $"want {A}", DisplayName = "v0 without flush")]
    [DataRow(false, GitFailureKind.Malformed, "command=ls-refs", Flush, DisplayName = "v2 request without the header")]
    [DataRow(false, GitFailureKind.Malformed, $"shallow {A}", $"want {A}", Flush, DisplayName = "v0 begins with something else")]
    [DataRow(false, GitFailureKind.Malformed, $"want {A}", $"want {B} allow-any", Flush, DisplayName = "capabilities smuggled on the second want")]
    [DataRow(false, GitFailureKind.Unsupported, $"want {A} frobnicate", Flush, DisplayName = "unknown v0 capability")]
    [DataRow(false, GitFailureKind.Unsupported, $"want {A} include-tag=1", Flush, DisplayName = "flag with a value")]
    [DataRow(false, GitFailureKind.Malformed, $"want {A} ofs-delta\0x", Flush, DisplayName = "NUL in capabilities")]
    [DataRow(false, GitFailureKind.Unsupported, $"want {A}", Flush, $"want {B}", DisplayName = "want after the flush")]
    [DataRow(false, GitFailureKind.Malformed, $"want {A}", Flush, "done", $"have {B}", DisplayName = "something after done")]
    [DataRow(false, GitFailureKind.Malformed, $"want {A}", Flush, $"have {B}1", DisplayName = "long have")]
    public async Task Read_BadRequest_IsRefused(bool isV2, GitFailureKind kind, params string[] packets)
    {
        var result = await UploadPackReader.ReadAsync(Pipe(Packets(packets), 9), isV2, new(), CancellationToken.None);

        Assert.AreEqual(kind, result.Failure?.Kind, result.Failure?.Message);
    }

    [TestMethod]
    public async Task Read_Delimiter_IsNotAllowedInV0()
    {
        var result = await UploadPackReader.ReadAsync(Pipe(Packets($"want {A}", Delimiter, Flush)), isV2: false, new(), CancellationToken.None);

        Assert.AreEqual(GitFailureKind.Malformed, result.Failure?.Kind);
    }

    [TestMethod]
    public async Task Read_FiftyThousandHaves_AreKeptExactly()
    {
        var haves = Enumerable.Range(0, 50_000).Select(static i => $"have {i:x40}\n").ToArray();

        var request = (FetchRequest)await GoodAsync(true, ["command=fetch\n", Delimiter, $"want {A}\n", .. haves, Flush]);

        Assert.AreEqual(50_000, request.Haves);
        CollectionAssert.AreEqual(haves, (await UnpackAsync(Bytes(request))).Where(static line => line.StartsWith("have", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public async Task Read_BeyondLimits_IsTooLarge()
    {
        string[] wants = ["command=fetch", Delimiter, $"want {A}", $"want {B}", $"want {C}", Flush];
        string[] prefixes = ["command=ls-refs", Delimiter, "ref-prefix a", "ref-prefix b", Flush];
        string[] cuts = ["command=fetch", Delimiter, $"want {A}", "deepen-not a", "deepen-not b", Flush];

        Assert.AreEqual(GitFailureKind.TooLarge, await FailureAsync(wants, new() { MaxWants = 2 }));
        Assert.AreEqual(GitFailureKind.TooLarge, await FailureAsync(wants, new() { MaxBytes = 150 }));
        Assert.AreEqual(GitFailureKind.TooLarge, await FailureAsync(prefixes, new() { MaxRefPrefixes = 1 }));
        Assert.AreEqual(GitFailureKind.TooLarge, await FailureAsync(cuts, new() { MaxDeepenNot = 1 }));
        Assert.IsNull(await FailureAsync(wants, new() { MaxWants = 3 }));
    }

    [TestMethod]
    public async Task Read_Sha256_IsUnderstoodInBothVersions()
    {
        var v2 = (FetchRequest)await GoodAsync(true, "command=fetch", "object-format=sha256", Delimiter, $"want {Sha256Id}", $"have {Sha256Id}", Flush);
        var v0 = (FetchRequest)await GoodAsync(false, $"want {Sha256Id} object-format=sha256", Flush, "done");

        var unsaid = (FetchRequest)await GoodAsync(false, $"want {Sha256Id} {Agent}", Flush, $"have {Sha256Id}", "done");

        Assert.AreEqual((ObjectFormat.Sha256, ObjectFormat.Sha256), (v2.ObjectFormat, unsaid.ObjectFormat));
        Assert.AreEqual(Sha256Id, v0.Wants.Single().Hex);
    }

    [TestMethod]
    public void Read_MutatedBytes_NeverThrowAndWhatIsAcceptedRebuildsToItself()
    {
        byte[][] originals =
        [
            Packets("command=fetch", Agent, Delimiter, "thin-pack", $"want {A}", $"have {B}", "deepen 3", "filter blob:none", "done", Flush),
            Packets($"want {A} side-band-64k {Agent}", $"want {B}", "deepen-not v1", Flush, $"have {C}", Flush),
        ];
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, 150], Gen.Byte).Array[0, 4], Gen.Int[1, 30].Array[1, 3]).Sample((isV2, changes, pieces) =>
        {
            var bytes = (byte[])originals[isV2 ? 0 : 1].Clone();
            Array.ForEach(changes, change => bytes[change.Item1] = change.Item2);
            var result = Now(UploadPackReader.ReadAsync(Pipe(bytes, pieces), isV2, new(), CancellationToken.None));
            if (result.Value is not FetchRequest request)
            {
                return result.Failure is not null;
            }

            var once = Bytes(request);
            var again = Now(UploadPackReader.ReadAsync(Pipe(once), isV2, new(), CancellationToken.None)).Value as FetchRequest;
            return again is not null && Bytes(again).SequenceEqual(once);
        });
    }

    [TestMethod]
    [DataRow("blob:none", "blob:none")]
    [DataRow("blob:limit=0", "blob:limit=0")]
    [DataRow("blob:limit=12k", "blob:limit=12288")]
    [DataRow("blob:limit=2M", "blob:limit=2097152")]
    [DataRow("blob:limit=1g", "blob:limit=1073741824")]
    [DataRow("tree:007", "tree:7")]
    [DataRow("object:type=commit", "object:type=commit")]
    [DataRow("combine:blob:none+tree:3", "combine:blob:none+tree:3")]
    [DataRow("combine:blob%3anone+tree%3A3", "combine:blob:none+tree:3")]
    [DataRow("combine:combine:tree:1%2btree:2+blob:none", "combine:combine:tree:1%2btree:2+blob:none")]
    [DataRow("", null)]
    [DataRow("blob:limit=", null)]
    [DataRow("blob:limit=k", null)]
    [DataRow("blob:limit=-1", null)]
    [DataRow("blob:limit=1 k", null)]
    [DataRow("blob:limit=99999999999g", null, DisplayName = "overflow")]
    [DataRow("blob:limit=18446744073709551616", null)]
    [DataRow("tree:-1", null)]
    [DataRow("tree:1k", null)]
    [DataRow("sparse:oid=abc", null)]
    [DataRow("sparse:path=/etc/passwd", null)]
    [DataRow("object:type=blob,tree", null)]
    [DataRow("combine:", null)]
    [DataRow("combine:blob:none+", null)]
    [DataRow("combine:sparse%3aoid=abc", null, DisplayName = "hidden by percent-encoding")]
    [DataRow("combine:blob%3", null, DisplayName = "broken percent-encoding")]
    [DataRow("combine:blob%ff", null)]
    [DataRow("BLOB:none", null)]
    public void FilterSpec_Parse_OnlyWhatIsListed(string text, string? canonical) =>
        Assert.AreEqual(canonical, FilterSpec.Parse(text).Value?.Canonical);

    [TestMethod]
    public void FilterSpec_DeepNesting_IsRefused()
    {
        var text = Enumerable.Range(0, 10).Aggregate("blob:none", static (inner, _) => "combine:" + inner.Replace("%", "%25", StringComparison.Ordinal));

        Assert.IsFalse(FilterSpec.Parse(text).Succeeded);
    }

    [TestMethod]
    [DataRow(true, null, $"want {A}", DisplayName = "shown tip")]
    [DataRow(true, "not our ref", $"want {C}", DisplayName = "tip of a hidden ref, by id")]
    [DataRow(true, "not our ref", $"want {A}", $"want {C}", DisplayName = "hidden behind a shown one")]
    [DataRow(true, "partial", $"want {A}", "filter tree:0", DisplayName = "partial clone")]
    [DataRow(true, "deepen-not", $"want {A}", "deepen-not secret", DisplayName = "cut at a hidden ref tells that it is there")]
    [DataRow(true, null, $"want {A}", "deepen-not v1")]
    [DataRow(false, null, $"want {C}", "filter tree:0", "deepen-not secret", DisplayName = "nothing hidden")]
    public async Task Guard_RestrictedCaller_GetsOnlyWhatItIsShown(bool restricted, string? refusal, params string[] arguments)
    {
        var request = (FetchRequest)await GoodAsync(true, ["command=fetch", Delimiter, "include-tag", .. arguments, Flush]);
        var shown = new ShownRefs();
        shown.Shown(Wire.Bytes(A), "refs/heads/main"u8);
        shown.Shown(Wire.Bytes(B), "refs/tags/v1"u8);

        var result = FetchGuard.Check(request, byIdReads: !restricted, shown);

        Assert.AreEqual(refusal is null, result.Succeeded);
        StringAssert.Contains(result.Failure?.Message ?? "", refusal ?? "", StringComparison.Ordinal);
        if (result.Value is { } checkedRequest)
        {
            var lines = await UnpackAsync(Bytes(checkedRequest));
            Assert.AreEqual(!restricted, lines.Contains("include-tag\n"));
            Assert.AreEqual(restricted && request.DeepenNot.Length > 0, lines.Contains("deepen-not refs/tags/v1\n"));
        }
    }

    [TestMethod]
    public async Task Guard_FilterCapabilityWithoutAFilter_IsTakenAway()
    {
        var request = (FetchRequest)await GoodAsync(false, $"want {A} ofs-delta filter", Flush, "done");
        var shown = new ShownRefs();
        shown.Shown(Wire.Bytes(A), "refs/heads/main"u8);

        var result = FetchGuard.Check(request, byIdReads: false, shown);

        Assert.AreEqual($"want {A} ofs-delta\n", (await UnpackAsync(Bytes(result.Value!)))[0]);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "v2")]
    [DataRow(false, DisplayName = "v0")]
    public async Task Guard_HiddenCommitCalledShallowAndUnshallowed_IsDeepenedFromTheWantsAlone(bool isV2)
    {
        string[] packets = isV2
            ? ["command=fetch", Delimiter, $"want {A}", $"shallow {C}", "deepen 2147483647", "done", Flush]
            : [$"want {A}", $"shallow {C}", "deepen 2147483647", Flush, "done"];
        var shown = new ShownRefs();
        shown.Shown(Wire.Bytes(A), "refs/heads/main"u8);

        var result = FetchGuard.Check((FetchRequest)await GoodAsync(isV2, packets), byIdReads: false, shown);

        // 2147483647 is git's "without limit", for which it wants the parents of every shallow commit; any other depth starts from the wants.
        Assert.Contains("deepen 2147483646\n", await UnpackAsync(Bytes(result.Value!)));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "v2")]
    [DataRow(false, DisplayName = "v0")]
    public async Task Guard_HiddenCommitCalledShallowAndDeepenedRelatively_IsRefused(bool isV2)
    {
        string[] packets = isV2
            ? ["command=fetch", Delimiter, "deepen-relative", $"want {A}", $"shallow {C}", "deepen 1", "done", Flush]
            : [$"want {A} deepen-relative", $"shallow {C}", "deepen 1", Flush, "done"];
        var shown = new ShownRefs();
        shown.Shown(Wire.Bytes(A), "refs/heads/main"u8);

        var result = FetchGuard.Check((FetchRequest)await GoodAsync(isV2, packets), byIdReads: false, shown);

        Assert.AreEqual(GitFailureKind.NotAllowed, result.Failure?.Kind);
    }

    private static async Task<UploadPackRequest> GoodAsync(bool isV2, params string[] packets)
    {
        var result = await UploadPackReader.ReadAsync(Pipe(Packets(packets), 17, 4096), isV2, new(), CancellationToken.None);
        Assert.IsNull(result.Failure, result.Failure?.Message);
        return result.Value!;
    }

    private static async Task<GitFailureKind?> FailureAsync(string[] packets, UploadPackLimits limits) =>
        (await UploadPackReader.ReadAsync(Pipe(Packets(packets)), isV2: true, limits, CancellationToken.None)).Failure?.Kind;

    private static byte[] Bytes(FetchRequest request) => Write(output => request.WriteTo(output, "broker/1"));

    private static byte[] Write(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
