using System.Buffers;
using CsCheck;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Core.Git.Wire;
using static CursorBroker.Core.Tests.Git.Wire;

namespace CursorBroker.Core.Tests.Git;

[TestClass]
public sealed class ReceivePackReaderTests
{
    private const string Asked = "\0 report-status-v2 side-band-64k object-format=sha1 agent=git/2.39.5";
    private const string Main = $"{A} {B} refs/heads/main";

    [TestMethod]
    public async Task Read_OrdinaryPush_GivesItsCommandsAndStopsAtThePack()
    {
        var pipe = Pipe([.. Packets($"{Main}{Asked}", $"{Zero} {C} refs/tags/v1", $"{B} {Zero} refs/heads/old", Flush), .. Bytes(Pack)], 5, 11);

        var (request, capabilities, failure) = await ReceivePackReader.ReadAsync(pipe, new(), CancellationToken.None);

        Assert.IsNull(failure);
        CollectionAssert.AreEqual(
            new[] { "refs/heads/main 1111111..2222222", "refs/tags/v1 0000000..3333333", "refs/heads/old 2222222..0000000" },
            request!.Updates.Select(static update => update.ToString()).ToArray());
        Assert.IsTrue(request.HasPack);
        Assert.IsTrue(capabilities is { ReportStatusV2: true, SideBand64k: true, ReportStatus: false, Agent: "git/2.39.5" });
        CollectionAssert.AreEqual(Bytes(Pack), await RestAsync(pipe));
    }

    [TestMethod]
    public async Task Read_Rebuilt_IsCanonicalWithTheBrokersAgentAndNoSessionId()
    {
        var (request, _, _) = await ReadAsync(
            $"shallow {C}\n", $"{Main}\0agent=git/9 session-id=abc  quiet report-status\n", $"{Zero} {C} refs/tags/v1\n", Flush, Pack);

        CollectionAssert.AreEqual(
            new[] { $"shallow {C}\n", $"{Main}\0 report-status quiet agent=broker/1", $"{Zero} {C} refs/tags/v1", Flush },
            await UnpackAsync(Head(request!)));
    }

    [TestMethod]
    public async Task Read_Probe_AsksForNothing()
    {
        var (request, _, failure) = await ReceivePackReader.ReadAsync(Pipe(Packets(Flush)), new(), CancellationToken.None);

        Assert.IsNull(failure);
        Assert.IsTrue(request!.IsProbe);
        Assert.IsFalse(request.HasPack);
    }

    [TestMethod]
    public async Task Read_OnlyDeletes_NeedsNoPack()
    {
        var (request, _, failure) = await ReadAsync($"{A} {Zero} refs/heads/main{Asked}", Flush);

        Assert.IsNull(failure);
        Assert.IsFalse(request!.HasPack);
    }

    [TestMethod]
    [DataRow(GitFailureKind.Truncated, "ends before the flush", DisplayName = "empty body")]
    [DataRow(GitFailureKind.Malformed, "no commands", $"shallow {A}", Flush, DisplayName = "shallow lines alone")]
    [DataRow(GitFailureKind.Malformed, "bytes follow an empty flush", Flush, $"{Main}{Asked}", Flush, Pack, DisplayName = "commands behind a probe")]
    [DataRow(GitFailureKind.Malformed, "bytes follow a push that only deletes", $"{A} {Zero} refs/heads/x{Asked}", Flush, Pack, DisplayName = "hidden pack behind deletes")]
    [DataRow(GitFailureKind.Malformed, "no pack follows", $"{Main}{Asked}", Flush, $"{A} {B} refs/heads/secret", Flush, Pack, DisplayName = "commands after the flush")]
    [DataRow(GitFailureKind.Malformed, "no pack follows", $"{Main}{Asked}", Flush, "PACK\0\0\0\u0004", DisplayName = "unknown pack version")]
    [DataRow(GitFailureKind.Truncated, "pack should begin", $"{Main}{Asked}", Flush, DisplayName = "no pack")]
    [DataRow(GitFailureKind.Truncated, "pack should begin", $"{Main}{Asked}", Flush, "PACK", DisplayName = "half a signature")]
    [DataRow(GitFailureKind.Malformed, "four hex digits", $"{Main}{Asked}", Pack, DisplayName = "pack before the flush")]
    [DataRow(GitFailureKind.Malformed, "only the first", $"{Main}{Asked}", $"{A} {B} refs/heads/x\0push-options", Flush, Pack, DisplayName = "capabilities smuggled on the second command")]
    [DataRow(GitFailureKind.Malformed, "not printable", $"{Main}\0quiet\0atomic", Flush, Pack, DisplayName = "a second NUL")]
    [DataRow(GitFailureKind.Malformed, "named twice", $"{Main}{Asked}", $"{A} {C} refs/heads/main", Flush, Pack, DisplayName = "same ref twice: which one was checked?")]
    [DataRow(GitFailureKind.Malformed, "neither creates nor deletes", $"{Zero} {Zero} refs/heads/x{Asked}", Flush, Pack, DisplayName = "nothing to nothing")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} HEAD{Asked}", Flush, Pack, DisplayName = "not under refs/")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} refs/heads/a..b{Asked}", Flush, Pack, DisplayName = "two dots")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} refs/heads/x.lock{Asked}", Flush, Pack, DisplayName = "lock file")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} refs/heads/a b{Asked}", Flush, Pack, DisplayName = "space")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} refs/heads/main\n{A} {B} refs/heads/x{Asked}", Flush, Pack, DisplayName = "a second command behind a line feed")]
    [DataRow(GitFailureKind.Malformed, "not a full ref name", $"{A} {B} refs/heads/\u001b[2J{Asked}", Flush, Pack, DisplayName = "escape sequence")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", $"{A}{Zero} {B} refs/heads/x{Asked}", Flush, Pack, DisplayName = "ids of other length")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", $"{A} {B}{Asked}", Flush, Pack, DisplayName = "no ref")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", $"{A}  {B} refs/heads/x{Asked}", Flush, Pack, DisplayName = "two spaces")]
    [DataRow(GitFailureKind.Malformed, "sha256 object ids", $"{Main}\0object-format=sha256", Flush, Pack, DisplayName = "sha1 ids in a sha256 push")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", $"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA {B} refs/heads/x{Asked}", Flush, Pack, DisplayName = "upper-case id")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", "", Flush, Pack, DisplayName = "empty packet")]
    [DataRow(GitFailureKind.Malformed, "sha1 object ids", $"{Main}{Asked}", $"shallow {A}", Flush, Pack, DisplayName = "shallow line between commands")]
    [DataRow(GitFailureKind.Malformed, "shallow", $"shallow {Zero}", $"{Main}{Asked}", Flush, Pack, DisplayName = "shallow zero")]
    [DataRow(GitFailureKind.Malformed, "shallow", "shallow HEAD", $"{Main}{Asked}", Flush, Pack, DisplayName = "shallow name")]
    [DataRow(GitFailureKind.Malformed, "another object format", $"shallow {A}111111111111111111111111", $"{Main}{Asked}", Flush, Pack, DisplayName = "shallow of the other format")]
    [DataRow(GitFailureKind.Unsupported, "push-options", $"{Main}\0report-status push-options", Flush, Pack, DisplayName = "push options")]
    [DataRow(GitFailureKind.Unsupported, "push-cert", $"{Main}\0push-cert=nonce", Flush, Pack, DisplayName = "push certificate asked for")]
    [DataRow(GitFailureKind.Unsupported, "signed pushes", "push-cert\0report-status", "certificate version 0.1", Flush, Pack, DisplayName = "push certificate")]
    [DataRow(GitFailureKind.Unsupported, "'frobnicate'", $"{Main}\0report-status frobnicate", Flush, Pack, DisplayName = "unknown capability")]
    [DataRow(GitFailureKind.Unsupported, "'report-status'", $"{Main}\0report-status=2", Flush, Pack, DisplayName = "a flag with a value")]
    [DataRow(GitFailureKind.Unsupported, "'object-format'", $"{Main}\0object-format=md5", Flush, Pack, DisplayName = "unknown hash")]
    [DataRow(GitFailureKind.Unsupported, "'object-format'", $"{Main}\0object-format=sha1 object-format=sha256", Flush, Pack, DisplayName = "two hashes")]
    [DataRow(GitFailureKind.Unsupported, "'session-id'", $"{Main}\0session-id", Flush, Pack, DisplayName = "session id without value")]
    public async Task Read_BadPush_IsRefused(GitFailureKind kind, string message, params string[] packets)
    {
        var (request, _, failure) = await ReadAsync(packets);

        Assert.IsNull(request);
        Assert.AreEqual(kind, failure!.Kind, failure.Message);
        StringAssert.Contains(failure.Message, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Read_RefNameNotUtf8_IsRefused()
    {
        var bytes = Packets($"{A} {B} refs/heads/x", Flush);
        bytes[Array.LastIndexOf(bytes, (byte)'x')] = 0xff;

        var (_, _, failure) = await ReceivePackReader.ReadAsync(Pipe([.. bytes, .. Bytes(Pack)]), new(), CancellationToken.None);

        Assert.AreEqual(GitFailureKind.Malformed, failure!.Kind);
    }

    [TestMethod]
    public async Task Read_FakePackInsideARefName_IsNotTakenForThePack()
    {
        var pipe = Pipe([.. Packets($"{A} {B} refs/heads/PACK{Asked}", Flush), .. Bytes(Pack)]);

        var (request, _, _) = await ReceivePackReader.ReadAsync(pipe, new(), CancellationToken.None);

        Assert.AreEqual("refs/heads/PACK", request!.Updates.Single().Ref.Value);
        CollectionAssert.AreEqual(Bytes(Pack), await RestAsync(pipe));
    }

    [TestMethod]
    public async Task Read_Sha256Push_IsUnderstood()
    {
        var (old, next) = (new string('a', 64), new string('b', 64));

        var (request, _, failure) = await ReadAsync($"shallow {old}", $"{old} {next} refs/heads/main\0object-format=sha256", Flush, Pack);

        Assert.IsNull(failure);
        Assert.AreEqual(ObjectFormat.Sha256, request!.ObjectFormat);
        Assert.AreEqual(next, request.Updates.Single().New.Hex);
    }

    [TestMethod]
    public async Task Read_RefusedCapability_StillKnowsHowToAnswer()
    {
        var (_, capabilities, failure) = await ReadAsync($"{Main}\0 push-options side-band-64k report-status", Flush, Pack);

        Assert.IsNotNull(failure);
        Assert.IsTrue(capabilities is { SideBand64k: true, ReportStatus: true });
    }

    [TestMethod]
    [DataRow(3, GitFailureKind.TooLarge)]
    [DataRow(4, null)]
    public async Task Read_TooManyCommands_IsRefused(int limit, GitFailureKind? kind)
    {
        string[] packets = [.. Enumerable.Range(0, 4).Select(static i => $"{A} {B} refs/heads/{i}"), Flush];

        var (_, _, failure) = await ReceivePackReader.ReadAsync(Pipe([.. Packets(packets), .. Bytes(Pack)]), new() { MaxCommands = limit }, CancellationToken.None);

        Assert.AreEqual(kind, failure?.Kind);
    }

    [TestMethod]
    public async Task Read_EndlessHead_StopsAtTheByteLimit()
    {
        string[] packets = [.. Enumerable.Range(0, 1000).Select(static i => $"{A} {B} refs/heads/{i}")];

        var (_, _, failure) = await ReceivePackReader.ReadAsync(Pipe(Packets(packets)), new() { MaxHeadBytes = 5000 }, CancellationToken.None);

        Assert.AreEqual(GitFailureKind.TooLarge, failure!.Kind);
    }

    [TestMethod]
    public void Read_AnySplitOfTheBytes_GivesTheSame()
    {
        byte[] bytes = [.. Packets($"shallow {C}", $"{Main}{Asked}", $"{Zero} {C} refs/tags/v1", Flush), .. Bytes(Pack)];
        var expected = Head(Now(ReceivePackReader.ReadAsync(Pipe(bytes), new(), CancellationToken.None)).Request!);

        Gen.Int[1, 60].Array[1, 10].Sample(pieces =>
        {
            var pipe = Pipe(bytes, pieces);
            var request = Now(ReceivePackReader.ReadAsync(pipe, new(), CancellationToken.None)).Request!;
            return Head(request).SequenceEqual(expected) && RestAsync(pipe).Result.SequenceEqual(Bytes(Pack));
        });
    }

    [TestMethod]
    public void Read_CutAnywhere_IsTruncatedNeverAccepted()
    {
        var bytes = Packets($"shallow {C}", $"{Main}{Asked}", $"{Zero} {C} refs/tags/v1", Flush).Concat(Bytes(Pack)[..7]).ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            var (request, _, failure) = Now(ReceivePackReader.ReadAsync(Pipe(bytes[..length]), new(), CancellationToken.None));
            Assert.IsNull(request, $"cut at {length}");
            Assert.AreEqual(GitFailureKind.Truncated, failure!.Kind, $"cut at {length}");
        }
    }

    [TestMethod]
    public void Read_MutatedBytes_NeverThrowAndWhatIsAcceptedRebuildsToItself()
    {
        byte[] original = [.. Packets($"shallow {C}", $"{Main}{Asked}", $"{Zero} {C} refs/tags/v1", Flush), .. Bytes(Pack)];
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var bytes = (byte[])original.Clone();
            Array.ForEach(changes, change => bytes[change.Item1] = change.Item2);
            var (request, _, failure) = Now(ReceivePackReader.ReadAsync(Pipe(bytes), new(), CancellationToken.None));
            if (request is null)
            {
                return failure is not null;
            }

            var head = Head(request);
            var again = Now(ReceivePackReader.ReadAsync(Pipe([.. head, .. Bytes(Pack)]), new(), CancellationToken.None)).Request;
            return again is not null && again.Updates.SequenceEqual(request.Updates) && Head(again).SequenceEqual(head);
        });
    }

    private static async Task<ReceivePackReading> ReadAsync(params string[] packets)
    {
        // What stands behind a pack's signature is not a pkt-line.
        var bytes = packets.SelectMany(static packet => packet.StartsWith("PACK", StringComparison.Ordinal) ? Bytes(packet) : Packets(packet));
        return await ReceivePackReader.ReadAsync(Pipe([.. bytes], 13), new(), CancellationToken.None);
    }

    private static byte[] Head(ReceivePackRequest request)
    {
        var head = new ArrayBufferWriter<byte>();
        request.WriteHead(head, "broker/1");
        return head.WrittenSpan.ToArray();
    }
}
