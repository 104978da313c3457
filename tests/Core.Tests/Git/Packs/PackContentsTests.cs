using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Packs;

[TestClass]
public sealed class PackContentsTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(static i => $"line {i}\n")));

    [TestMethod]
    [DataRow(ObjectFormat.Sha1)]
    [DataRow(ObjectFormat.Sha256)]
    public void Read_WholeObjectsAndBothKindsOfDeltas_GivesEachById(ObjectFormat format)
    {
        byte[] second = [.. Text[..500], .. "inserted"u8, .. Text[500..]];
        byte[] third = [.. second, .. "!"u8];
        var delta2 = PackBuilder.DeltaOf(Text.Length, (0, 500), "inserted"u8.ToArray(), (500, Text.Length - 500));
        var delta3 = PackBuilder.DeltaOf(second.Length, (0, second.Length), "!"u8.ToArray());
        var id2 = PackBuilder.IdOf(GitObjectType.Blob, second, format);

        // The third builds on the second, which is only known once its own base is, further back.
        var pack = PackBuilder.Read(
            new PackBuilder(format).Delta(id2, delta3).Add(GitObjectType.Blob, Text).Delta(1, delta2).Add(GitObjectType.Blob, []).Build(), format);

        Assert.IsTrue(pack.Succeeded, pack.Failure?.Message);
        Assert.AreEqual(4, pack.Value.Count);
        foreach (var content in (byte[][])[Text, second, third, []])
        {
            var id = PackBuilder.IdOf(GitObjectType.Blob, content, format);
            Assert.AreEqual(GitObjectType.Blob, pack.Value.TypeOf(id));
            CollectionAssert.AreEqual(content, pack.Value.Read(id).Value!.Content.ToArray());
        }

        var absent = PackBuilder.IdOf(GitObjectType.Blob, [1], format);
        Assert.IsNull(pack.Value.TypeOf(absent));
        Assert.IsFalse(pack.Value.Read(absent).Succeeded);
    }

    [TestMethod]
    public void Read_EmptyPack_HoldsNothing() => Assert.AreEqual(0, PackBuilder.Read(new PackBuilder().Build()).Value!.Count);

    [TestMethod]
    public void Read_IdOfTheOtherFormat_IsNotThere() =>
        Assert.IsNull(PackBuilder.Read(new PackBuilder().Add(GitObjectType.Blob, Text).Build()).Value!.TypeOf(ObjectFormats.Zero(ObjectFormat.Sha256)));

    [TestMethod]
    public void Read_FakePackInsideContent_IsContent()
    {
        var inner = new PackBuilder().Add(GitObjectType.Blob, Text).Build();

        var pack = PackBuilder.Read(new PackBuilder().Add(GitObjectType.Blob, inner).Entry(3, inner.Length - 1, [], PackBuilder.Deflate(inner[1..])).Build());

        Assert.AreEqual(2, pack.Value!.Count);
        CollectionAssert.AreEqual(inner, pack.Value.Read(PackBuilder.IdOf(GitObjectType.Blob, inner)).Value!.Content.ToArray());
        Assert.IsNull(pack.Value.TypeOf(PackBuilder.IdOf(GitObjectType.Blob, Text)));
    }

    public static IEnumerable<(string Name, byte[] Pack, GitFailureKind Kind, string Message)> BadPacks()
    {
        var one = new PackBuilder().Add(GitObjectType.Blob, Text);
        var good = one.Build();
        var zlib = PackBuilder.Deflate(Text);
        byte[] wrongAdler = [.. zlib[..^1], (byte)(zlib[^1] ^ 1)];
        var basis = PackBuilder.IdOf(GitObjectType.Blob, Text);
        var (a, b) = (GitOid.Parse(new string('a', 40)), GitOid.Parse(new string('b', 40)));
        var same = PackBuilder.DeltaOf(Text.Length, (0, Text.Length));
        PackBuilder Base() => new PackBuilder().Add(GitObjectType.Blob, Text);
        return
        [
            ("a valid checksum and trailing bytes", [.. good, 0], GitFailureKind.Malformed, "follow"),
            ("trailing bytes under a checksum of their own", [.. good, .. PackBuilder.Hash(good, ObjectFormat.Sha1)], GitFailureKind.Malformed, "follow"),
            ("a second pack behind the first", [.. good, .. good], GitFailureKind.Malformed, "follow"),
            ("a wrong checksum", [.. good[..^1], (byte)(good[^1] ^ 1)], GitFailureKind.Malformed, "checksum"),
            ("a head that counts one too few", new PackBuilder { CountSaid = 0 }.Add(GitObjectType.Blob, Text).Build(), GitFailureKind.Malformed, "follow"),
            ("a head that counts four thousand million", new PackBuilder { CountSaid = uint.MaxValue }.Add(GitObjectType.Blob, Text).Build(), GitFailureKind.TooLarge, "MaxObjects"),
            ("a head that counts more than can fit", new PackBuilder { CountSaid = 900_000 }.Add(GitObjectType.Blob, Text).Build(), GitFailureKind.Truncated, "counts"),
            ("version 3", [.. "PACK"u8, 0, 0, 0, 3, .. good[8..]], GitFailureKind.Malformed, "version 2"),
            ("no signature", [.. "PUCK"u8, .. good[4..]], GitFailureKind.Malformed, "version 2"),
            ("an object twice", Base().Add(GitObjectType.Blob, Text).Build(), GitFailureKind.Malformed, "twice"),
            ("an object whole and as a delta of itself", Base().Delta(basis, same).Build(), GitFailureKind.Malformed, "twice"),
            ("a zlib stream with a wrong checksum", new PackBuilder().Entry(3, Text.Length, [], wrongAdler).Build(), GitFailureKind.Malformed, "zlib"),
            ("no zlib stream", new PackBuilder().Entry(3, 5, [], "hello there you"u8.ToArray()).Build(), GitFailureKind.Malformed, "zlib"),
            ("a zlib stream that wants a dictionary", new PackBuilder().Entry(3, 5, [], [0x78, 0xBB, 1, 2, 3, 4, .. zlib[2..]]).Build(), GitFailureKind.Malformed, "zlib"),
            ("a zlib stream without end", new PackBuilder().Entry(3, Text.Length, [], zlib[..^20]).Build(), GitFailureKind.Truncated, "ends inside"),
            ("content longer than its head says", new PackBuilder().Entry(3, Text.Length - 1, [], zlib).Build(), GitFailureKind.Malformed, "more bytes"),
            ("content shorter than its head says", new PackBuilder().Entry(3, Text.Length + 1, [], zlib).Build(), GitFailureKind.Malformed, "fewer bytes"),
            ("type zero", new PackBuilder().Entry(0, Text.Length, [], zlib).Build(), GitFailureKind.Malformed, "type"),
            ("type five", new PackBuilder().Entry(5, Text.Length, [], zlib).Build(), GitFailureKind.Malformed, "type"),
            ("a thin pack", new PackBuilder().Delta(basis, same).Build(), GitFailureKind.Malformed, "thin"),
            ("a circle of two deltas", new PackBuilder().Delta(a, same).Delta(b, same).Build(), GitFailureKind.Malformed, "circles"),
            ("a delta that builds on itself", Base().Delta(0L, same).Build(), GitFailureKind.Malformed, "builds on"),
            ("a delta that builds on the head", Base().Delta(1000L, same).Build(), GitFailureKind.Malformed, "builds on"),
            ("a delta that builds on the middle of an entry", Base().Delta(1L, same).Build(), GitFailureKind.Malformed, "builds on"),
            ("a delta for a base of another size", Base().Delta(0, PackBuilder.DeltaOf(Text.Length - 1, (0, 5))).Build(), GitFailureKind.Malformed, "another size"),
            ("a delta that copies beyond its base", Base().Delta(0, PackBuilder.DeltaOf(Text.Length, (Text.Length - 4, 5))).Build(), GitFailureKind.Malformed, "copies"),
            ("a delta that copies from far outside", Base().Delta(0, PackBuilder.DeltaOf(Text.Length, (-1, 5))).Build(), GitFailureKind.Malformed, "copies"),
            ("a delta with a reserved command", Base().Delta(0, [.. PackBuilder.Size(Text.Length), 1, 0]).Build(), GitFailureKind.Malformed, "insertion"),
            ("a delta whose insertion is cut", Base().Delta(0, [.. PackBuilder.Size(Text.Length), 9, 9, 1]).Build(), GitFailureKind.Malformed, "insertion"),
            ("a delta whose copy is cut", Base().Delta(0, [.. PackBuilder.Size(Text.Length), 9, 0xFF, 1]).Build(), GitFailureKind.Malformed, "copies"),
            ("a delta that makes less than it says", Base().Delta(0, [.. PackBuilder.Size(Text.Length), 9, 2, 65, 65]).Build(), GitFailureKind.Malformed, "fewer"),
            ("a delta that makes more than it says", Base().Delta(0, [.. PackBuilder.Size(Text.Length), 1, 2, 65, 65]).Build(), GitFailureKind.Malformed, "insertion"),
            ("an empty delta", Base().Delta(0, []).Build(), GitFailureKind.Malformed, "head"),
        ];
    }

    [TestMethod]
    public void Read_BadPacks_EachIsRefusedForItsReason()
    {
        foreach (var (name, bytes, kind, message) in BadPacks())
        {
            var pack = PackBuilder.Read(bytes);

            Assert.IsFalse(pack.Succeeded, name);
            Assert.AreEqual(kind, pack.Failure.Kind, $"{name}: {pack.Failure.Message}");
            Assert.Contains(message, pack.Failure.Message, name);
        }
    }

    [TestMethod]
    public void Read_CutAnywhere_IsAFailureAndNeverAnException()
    {
        var bytes = new PackBuilder().Add(GitObjectType.Blob, Text).Delta(0, PackBuilder.DeltaOf(Text.Length, (0, 9))).Delta(
            PackBuilder.IdOf(GitObjectType.Blob, Text), PackBuilder.DeltaOf(Text.Length, (3, 9))).Build();
        Assert.IsTrue(PackBuilder.Read(bytes).Succeeded);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsFalse(PackBuilder.Read(bytes[..length]).Succeeded, $"after {length} bytes");
        }
    }

    [TestMethod]
    public void Read_AnyByteChangedUnderAGoodChecksum_NeverThrows()
    {
        var bytes = new PackBuilder().Add(GitObjectType.Blob, Text).Delta(0, PackBuilder.DeltaOf(Text.Length, (0, 9), "x"u8.ToArray())).Build();

        for (var at = 0; at < bytes.Length - 20; at++)
        {
            foreach (var flip in (byte[])[1, 0x10, 0x80, 0xFF])
            {
                var body = bytes[..^20];
                body[at] ^= flip;
                PackBuilder.Read([.. body, .. PackBuilder.Hash(body, ObjectFormat.Sha1)]);
            }
        }
    }

    [TestMethod]
    [DataRow(GitObjectType.Blob, "MaxBlobBytes")]
    [DataRow(GitObjectType.Tree, "MaxTreeBytes")]
    [DataRow(GitObjectType.Commit, "MaxCommitBytes")]
    [DataRow(GitObjectType.Tag, "MaxCommitBytes")]
    public void Read_ZipBombObject_IsRefusedBeforeItIsInflated(GitObjectType type, string limit)
    {
        var bytes = new PackBuilder().Entry((int)type, 1L << 40, [], PackBuilder.Deflate(new byte[100_000])).Build();

        Assert.Contains(limit, PackBuilder.Read(bytes).Failure!.Message);
    }

    [TestMethod]
    public void Read_ManyZipBombs_AreRefusedByTheirSum()
    {
        var builder = new PackBuilder();
        for (var i = 0; i < 20; i++)
        {
            builder.Add(GitObjectType.Blob, [.. new byte[1_000_000], (byte)i]);
        }

        var ratio = PackBuilder.Read(builder.Build(), limits: new() { InflateRatioFloor = 0, MaxInflateRatio = 100 });
        var sum = PackBuilder.Read(builder.Build(), limits: new() { MaxInflatedBytes = 10_000_000 });

        Assert.Contains("MaxInflateRatio", ratio.Failure!.Message);
        Assert.Contains("MaxInflatedBytes", sum.Failure!.Message);
        Assert.IsTrue(PackBuilder.Read(builder.Build()).Succeeded);
    }

    [TestMethod]
    public void Read_ZipBombThroughDeltas_IsRefusedBeforeItIsMade()
    {
        // Each delta doubles its base: thirty of them make a gigabyte of a byte.
        var builder = new PackBuilder().Add(GitObjectType.Blob, [65]);
        for (var i = 0; i < 30; i++)
        {
            builder.Delta(i, PackBuilder.DeltaOf(1 << i, (0, 1 << i), (0, 1 << i)));
        }

        Assert.Contains("MaxObjectBytes", PackBuilder.Read(builder.Build()).Failure!.Message);
    }

    [TestMethod]
    [DataRow(GitObjectType.Tree, "MaxTreeBytes")]
    [DataRow(GitObjectType.Commit, "MaxCommitBytes")]
    [DataRow(GitObjectType.Tag, "MaxCommitBytes")]
    public void Read_ObjectGrownByADeltaBeyondItsTypesLimit_IsRefused(GitObjectType type, string limit)
    {
        var bytes = new PackBuilder().Add(type, new byte[60]).Delta(0, PackBuilder.DeltaOf(60, (0, 60), (0, 60))).Build();

        Assert.Contains(limit, PackBuilder.Read(bytes, limits: new() { MaxTreeBytes = 100, MaxCommitBytes = 100 }).Failure!.Message);
        Assert.IsTrue(PackBuilder.Read(bytes, limits: new() { MaxTreeBytes = 120, MaxCommitBytes = 120 }).Succeeded);
    }

    [TestMethod]
    public void Read_EndOfALongChainMadeAgainForEachOfManyDeltas_IsRefusedByTheWork()
    {
        // Three megabytes of objects. Each of the deltas on the chain's last link pushes it out of memory, so that the next one costs the whole chain.
        var text = Enumerable.Range(0, 20_000).Select(static i => (byte)(i * 31 >> 3)).ToArray();
        var builder = new PackBuilder().Add(GitObjectType.Blob, text);
        for (var i = 0; i < 50; i++)
        {
            builder.Delta(i, PackBuilder.DeltaOf(text.Length - i, (1, text.Length - i - 1)));
        }

        var length = text.Length - 50;
        for (var i = 0; i < 50; i++)
        {
            builder.Delta(50, PackBuilder.DeltaOf(length, [(0, length), new[] { (byte)(i + 1), (byte)1 }]));
            builder.Delta(builder.Count - 1, PackBuilder.DeltaOf(length + 2, [(0, length), new[] { (byte)(i + 1), (byte)2 }]));
        }

        var limits = new PackLimits { BaseCacheBytes = 0, MaxInflatedBytes = 10_000_000, Threads = 1 };

        Assert.Contains("MaxInflatedBytes", PackBuilder.Read(builder.Build(), limits: limits).Failure!.Message);
        Assert.IsTrue(PackBuilder.Read(builder.Build(), limits: limits with { BaseCacheBytes = 1_000_000 }).Succeeded);
    }

    [TestMethod]
    public void Read_SameObjectOfALongChainAgainAndAgain_IsRefusedByTheWork()
    {
        var builder = new PackBuilder().Add(GitObjectType.Blob, Text);
        for (var i = 0; i < 20; i++)
        {
            builder.Delta(i, PackBuilder.DeltaOf(Text.Length - i, (0, Text.Length - i - 1)));
        }

        var pack = PackBuilder.Read(builder.Build(), limits: new() { ReadCacheBytes = 0, MaxInflatedBytes = 100 * Text.Length }).Value!;
        var reads = Enumerable.Range(0, 20).Select(_ => pack.Read(PackBuilder.IdOf(GitObjectType.Blob, Text[..^20]))).ToArray();

        Assert.IsTrue(reads[0].Succeeded);
        Assert.Contains("MaxInflatedBytes", reads[^1].Failure!.Message);
    }

    [TestMethod]
    public void Read_DeltaChainLongerThanTheLimit_IsRefused()
    {
        var builder = new PackBuilder().Add(GitObjectType.Blob, Text);
        for (var i = 0; i < 5; i++)
        {
            builder.Delta(i, PackBuilder.DeltaOf(Text.Length - i, (0, Text.Length - i - 1)));
        }

        Assert.IsTrue(PackBuilder.Read(builder.Build(), limits: new() { MaxDeltaDepth = 5 }).Succeeded);
        Assert.Contains("MaxDeltaDepth", PackBuilder.Read(builder.Build(), limits: new() { MaxDeltaDepth = 4 }).Failure!.Message);
    }

    [TestMethod]
    public void Read_NoRoomForBases_MakesThemAgain()
    {
        // A comb: each of a chain's links has leaves of its own, so that every base is needed again after what builds on it.
        var builder = new PackBuilder().Add(GitObjectType.Blob, Text);
        var (basis, length) = (0, Text.Length);
        for (var i = 0; i < 40; i++)
        {
            var link = builder.Count;
            builder.Delta(basis, PackBuilder.DeltaOf(length, (1, length - 1)));
            builder.Delta(basis, PackBuilder.DeltaOf(length, (0, 50), Encoding.ASCII.GetBytes($"leaf {i}")));
            builder.Delta(builder.Count - 1, PackBuilder.DeltaOf(50 + $"leaf {i}".Length, (0, 50), Encoding.ASCII.GetBytes($"leaf of leaf {i}")));
            (basis, length) = (link, length - 1);
        }

        var pack = PackBuilder.Read(builder.Build(), limits: new() { BaseCacheBytes = 0, ReadCacheBytes = 0, Threads = 1 });

        Assert.IsTrue(pack.Succeeded, pack.Failure?.Message);
        CollectionAssert.AreEqual(Text[40..], pack.Value.Read(PackBuilder.IdOf(GitObjectType.Blob, Text[40..])).Value!.Content.ToArray());
    }

    [TestMethod]
    public void Read_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            PackContents.Read(new MemoryPack(new PackBuilder().Add(GitObjectType.Blob, Text).Build()), ObjectFormat.Sha1, new(), cancelled.Token));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(400)]
    public void Read_SpoolThatCannotBeRead_Throws(int from) =>
        Assert.ThrowsExactly<IOException>(() => PackContents.Read(
            new BrokenPack(new PackBuilder().Add(GitObjectType.Blob, Text).Delta(0, PackBuilder.DeltaOf(Text.Length, (0, 9))).Build(), from), ObjectFormat.Sha1, new(), CancellationToken.None));

    private sealed class BrokenPack(byte[] bytes, int reads) : IPackBytes
    {
        private readonly MemoryPack _pack = new(bytes);
        private int _reads;

        public long Length => _pack.Length;

        public int Read(long offset, Span<byte> buffer) =>
            _reads++ >= Math.Min(reads, 2) ? throw new IOException("the disk is gone") : _pack.Read(offset, buffer);
    }
}
