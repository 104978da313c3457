using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Inspecting.Files;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Inspecting;

[TestClass]
public sealed class FileInspectorTests
{
    // In two parts, so that this file is none.
    private const string Secret = "ghp_" + "OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";
    private const string Rule = "github-personal-access-token";
    private const string Text = "one\ntwo\nuse " + Secret + "\n";

    private static readonly SecretScanner Scanner = new(MaskRules.Default, MaskRoot.Create());
    private static readonly FileLimits Small = new() { MaxEntries = 10, MaxUnpackedBytes = 4 << 20, MaxRatio = 20, RatioFloor = 64 * 1024, MaxNestedZipBytes = 64 * 1024 };

    [TestMethod]
    [DataRow("zip")]
    [DataRow("tar")]
    [DataRow("tar.gz")]
    [DataRow("gz")]
    [DataRow("plain")]
    public void Secret_InAnyForm_IsFoundWithItsLine(string form)
    {
        var place = form switch { "gz" or "plain" => "the file", _ => "a/b.env" };

        Assert.AreEqual($"{place}:3 (rule {Rule})", Found(Of(form, "a/b.env", Text)).Single().ToString());
        Assert.IsEmpty(Found(Of(form, "a/b.env", Text.Replace(Secret, "nothing", StringComparison.Ordinal))));
    }

    [TestMethod]
    [DataRow("zip", "zip", "x.bin!in/b.env")]
    [DataRow("tar.gz", "zip", "x.bin!in/b.env")]
    [DataRow("zip", "tar.gz", "x.bin!in/b.env")]
    [DataRow("tar", "tar", "x.bin!in/b.env")]
    [DataRow("zip", "gz", "x.bin")]
    public void Secret_InAnArchiveInAnArchive_IsFoundWhateverItIsCalled(string outer, string inner, string place)
    {
        // Attack: one wrapping more, under a name that says nothing.
        Assert.AreEqual($"{place}:3 (rule {Rule})", Found(Of(outer, "x.bin", Of(inner, "in/b.env", Text))).Single().ToString());
    }

    [TestMethod]
    [DataRow("zip")]
    [DataRow("tar.gz")]
    public void Secret_InAnArchiveInAnArchiveInAnArchive_IsRefusedUnseen(string form)
    {
        // Attack: one wrapping more than is looked into.
        var nested = Of(form, "x", Of(form, "y", Of(form, "z", Text)));

        Assert.Contains("in an archive in an archive", Problem(nested).Message);
    }

    [TestMethod]
    public void Zip_OfLittleThatBecomesMuch_IsRefused()
    {
        // Attack: a bomb.
        var problem = Problem(Of("zip", "bomb", new byte[3 << 20]), Small);

        Assert.IsTrue(problem.IsTooMuch);
        Assert.Contains("MaxRatio", problem.Message);
    }

    [TestMethod]
    public void Zip_WhoseFilesAreAllTheSameBytes_IsRefused()
    {
        // Attack: a bomb whose entries overlap, so that each is of an ordinary ratio and all of them are not.
        var zip = Of("zip", "a", Random(60 * 1024));
        var problem = Problem(WithEntriesTimes(zip, 100), Small with { MaxEntries = 1000 });

        Assert.IsTrue(problem.IsTooMuch, problem.Message);
    }

    [TestMethod]
    [DataRow("gz")]
    [DataRow("tar.gz")]
    public void Gzip_OfLittleThatBecomesMuch_IsRefused(string form) => Assert.IsTrue(Problem(Of(form, "bomb", new byte[3 << 20]), Small).IsTooMuch);

    [TestMethod]
    public void Gzip_InAZip_ThatBecomesMuch_IsRefused() => Assert.IsTrue(Problem(Of("zip", "x", Of("gz", "bomb", new byte[3 << 20])), Small).IsTooMuch);

    [TestMethod]
    public void Archive_OfTooManyFiles_IsRefused()
    {
        Assert.Contains("MaxEntries", Problem(Tar([.. Enumerable.Range(0, 11).Select(static i => ($"f{i}", Array.Empty<byte>()))]), Small).Message);
        Assert.Contains("MaxEntries", Problem(Zip([.. Enumerable.Range(0, 11).Select(static i => ($"f{i}", Array.Empty<byte>()))]), Small).Message);
    }

    [TestMethod]
    public void Zip_InAnArchive_LargerThanMayBeHeld_IsRefused() => Assert.Contains("MaxNestedZipBytes", Problem(Of("tar", "x", Of("zip", "y", Random(70 * 1024))), Small).Message);

    [TestMethod]
    public void Zip_Encrypted_IsRefused()
    {
        // Attack: what only its reader can read. The flag alone: no content that is looked into is worth anything then.
        var zip = Of("zip", "a.txt", "text");
        zip[6] |= 1;
        Assert.Contains("a.txt in it is encrypted", Problem(zip).Message);

        zip = Of("zip", "a.txt", "text");
        zip[DirectoryOf(zip) + 8] |= 1;
        Assert.Contains("a.txt in it is encrypted", Problem(zip).Message);
    }

    [TestMethod]
    public void Zip_CompressedInAWayThatIsNotKnown_IsRefused()
    {
        var zip = Of("zip", "a.txt", "text");
        (zip[8], zip[DirectoryOf(zip) + 10]) = (14, 14);

        Assert.Contains("method 14", Problem(zip).Message);
    }

    [TestMethod]
    public void Zip_FileThatSaysItIsShorterThanItIs_IsReadToItsEnd()
    {
        // Attack: readers that trust the length see a few bytes, those that inflate see the secret.
        var zip = Of("zip", "a.txt", Encoding.ASCII.GetBytes(new string('a', 1000) + "\n" + Text));
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(DirectoryOf(zip) + 24), 10);

        Assert.AreEqual("a.txt:4", Found(zip).Single().ToString().Split(' ')[0]);
        var clean = Of("zip", "a.txt", new string('a', 1000));
        BinaryPrimitives.WriteInt32LittleEndian(clean.AsSpan(DirectoryOf(clean) + 24), 10);
        Assert.Contains("not as long", Problem(clean).Message);
    }

    [TestMethod]
    public void Zip_BehindAProgramThatUnpacksIt_IsLookedInto()
    {
        // Attack: what begins like a program and ends like an archive.
        byte[] file = [.. Encoding.ASCII.GetBytes("#!/bin/sh\nunzip $0\n"), .. Of("zip", "a/b.env", Text)];

        Assert.AreEqual("a/b.env:3", Found(file).Single().ToString().Split(' ')[0]);
    }

    [TestMethod]
    [DataRow(0, DisplayName = "in a file that the directory does not name")]
    [DataRow(1, DisplayName = "in the archive's comment")]
    public void Zip_SecretBesideItsFiles_IsFound(int where)
    {
        // Attack: between the files, where a reader of the directory never looks.
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var entry = archive.CreateEntry("a.txt", CompressionLevel.NoCompression).Open())
            {
                entry.Write(Encoding.ASCII.GetBytes(where == 0 ? Text : "text"));
            }

            archive.Comment = where == 1 ? Secret : "";
        }

        var zip = bytes.ToArray();
        if (where == 0)
        {
            // The directory, and the file's own head, name a file of no length.
            var directory = DirectoryOf(zip);
            zip.AsSpan(directory + 20, 8).Clear();
        }

        Assert.Contains("the file (between its files):", Found(zip).Single().ToString());
    }

    [TestMethod]
    [DataRow("../../etc/passwd", "../../etc/passwd")]
    [DataRow("/etc/shadow", "/etc/shadow")]
    [DataRow("a\u001b[2Jb\r\nc", "a [2Jb c")]
    [DataRow("a\u202Egpj.exe", "a gpj.exe")]
    public void Names_ThatPlayTricks_AreToldInAPlainLine(string name, string told)
    {
        // Attack: a name that rewrites a terminal, turns its direction or looks like another.
        foreach (var form in (string[])["zip", "tar"])
        {
            Assert.AreEqual($"{told}:3", Found(Of(form, name, Text)).Single().ToString().Split(" (")[0]);
        }
    }

    [TestMethod]
    public void Names_WithoutAnEnd_AreCut() => Assert.IsLessThan(200, Found(Of("tar", string.Join('/', Enumerable.Repeat("directory", 3000)), Text)).Single().Place.Length);

    [TestMethod]
    public void Tar_FileThatSaysItIsLargerThanAnythingIs_IsRefused()
    {
        // Attack: a length of eight exbibytes, in GNU's base 256 and in octal.
        var tar = Of("tar", "a.txt", "text");
        new byte[] { 0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }.CopyTo(tar, 124);
        Assert.Contains("cut short", Problem(Summed(tar)).Message);

        tar = Of("tar", "a.txt", "text");
        "77777777777\0"u8.CopyTo(tar.AsSpan(124));
        Assert.Contains("cut short", Problem(Summed(tar)).Message);
    }

    [TestMethod]
    [DataRow('x')]
    [DataRow('L')]
    [DataRow('K')]
    public void Tar_NameThatSaysItIsHuge_IsRefusedBeforeItIsRead(char type)
    {
        // Attack: two gigabytes of attributes, which a reader makes room for.
        var tar = Of("tar", "a.txt", "text");
        tar[156] = (byte)type;
        "17777777777\0"u8.CopyTo(tar.AsSpan(124));

        Assert.IsTrue(Problem(Summed(tar)).IsTooMuch);
    }

    [TestMethod]
    public void Tar_SecretBehindItsEnd_IsFound()
    {
        // Attack: most readers stop at two blocks of nothing, and some read on.
        byte[] tar = [.. Of("tar", "a.txt", "text"), .. Of("tar", "b.txt", Text)];

        Assert.AreEqual("b.txt:3", Found(tar).Single().ToString().Split(' ')[0]);
    }

    [TestMethod]
    [DataRow(TarEntryFormat.V7)]
    [DataRow(TarEntryFormat.Ustar)]
    [DataRow(TarEntryFormat.Pax)]
    [DataRow(TarEntryFormat.Gnu)]
    public void Tar_OfAnyForm_IsRead(TarEntryFormat format)
    {
        var name = format == TarEntryFormat.V7 ? "short.txt" : format == TarEntryFormat.Ustar ? $"{new string('d', 90)}/{new string('f', 90)}" : $"{new string('d', 150)}/{new string('f', 150)}";
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, format, leaveOpen: true))
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                _ => new GnuTarEntry(TarEntryType.RegularFile, name),
            };
            entry.DataStream = new MemoryStream(Encoding.ASCII.GetBytes(Text));
            writer.WriteEntry(entry);
        }

        var found = Found(bytes.ToArray()).Single();

        Assert.AreEqual(3, found.Line);
        Assert.StartsWith(name[..Math.Min(150, name.Length)], found.Place);
    }

    [TestMethod]
    public void Archive_CutAnywhere_IsFoundOrRefusedAndNeverCleanWhereASecretWas()
    {
        // Attack: what is cut short is read as far as it goes, here and by whoever gets it.
        foreach (var form in (string[])["zip", "tar"])
        {
            var whole = Of(form, "a/b.env", Text + new string('x', 2000));
            for (var length = 1; length < whole.Length; length += 13)
            {
                var file = whole[..length];
                var (result, problem) = Inspect(file);
                if (problem is null && result!.Found.IsEmpty)
                {
                    Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(file));
                }
            }
        }
    }

    [TestMethod]
    public void Bytes_ChangedAtRandom_AreAResultOrAProblem()
    {
        var random = new Random(20_260_102);
        foreach (var form in (string[])["zip", "tar", "tar.gz", "gz"])
        {
            var whole = Of(form, "a/b.env", Of("zip", "x", Text));
            for (var round = 0; round < 1500; round++)
            {
                var file = (byte[])whole.Clone();
                for (var change = 0; change < 1 + (round % 4); change++)
                {
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                }

                Inspect(file, Small);
            }
        }
    }

    [TestMethod]
    [DataRow("# v2 git bundle\n", "a git bundle")]
    [DataRow("7z\u00BC\u00AF\u0027\u001C", "a 7-Zip archive")]
    [DataRow("\u00FD7zXZ\0", "an xz file")]
    [DataRow("\u0028\u00B5\u002F\u00FD", "a Zstandard file")]
    [DataRow("Rar!\u001A\u0007", "a RAR archive")]
    [DataRow("BZh91AY&SY", "a bzip2 file")]
    [DataRow("PACK\0\0\0\u0002", "a git pack")]
    public void Form_ThatCannotBeLookedInto_IsRefused(string start, string name)
    {
        var file = Encoding.Latin1.GetBytes(start + "and what follows");

        Assert.Contains($"the file is {name}", Problem(file).Message);
        Assert.Contains($"in/x is {name}", Problem(Of("zip", "in/x", file)).Message);
    }

    [TestMethod]
    public void File_KnownToBeClean_IsNotScannedAgain_UntilTheRulesChange()
    {
        var verdicts = new ScanVerdicts(100);
        var file = Of("zip", "a", "text");
        Assert.IsGreaterThan(0, Inspect(file, null, verdicts.For("1")).Result!.Bytes);

        Assert.AreEqual((1L, 0L), Inspect(file, null, verdicts.For("1")).Result is { } again ? (again.Remembered, again.Bytes) : default);
        Assert.IsGreaterThan(0, Inspect(file, null, verdicts.For("2")).Result!.Bytes);
    }

    [TestMethod]
    public void File_WithASecret_IsNotRememberedAsClean()
    {
        var verdicts = new ScanVerdicts(100);
        var file = Of("zip", "a", Text);

        Assert.HasCount(1, Inspect(file, null, verdicts.For("1")).Result!.Found);
        Assert.HasCount(1, Inspect(file, null, verdicts.For("1")).Result!.Found);
    }

    [TestMethod]
    public void Secrets_WithoutNumber_AreToldUpToABound()
    {
        var many = Zip([.. Enumerable.Range(0, 200).Select(static i => ($"f{i}", Encoding.ASCII.GetBytes(Text)))]);

        Assert.HasCount(InspectionResult.MostFound, Found(many));
    }

    private static byte[] Of(string form, string name, string text) => Of(form, name, Encoding.ASCII.GetBytes(text));

    private static byte[] Of(string form, string name, byte[] content) => form switch
    {
        "zip" => Zip([(name, content)]),
        "tar" => Tar([(name, content)]),
        "tar.gz" => Gzip(Tar([(name, content)])),
        "gz" => Gzip(content),
        _ => content,
    };

    private static byte[] Zip((string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Tar((string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new TarWriter(bytes, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                archive.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(20_260_101).NextBytes(bytes);
        return bytes;
    }

    private static int DirectoryOf(byte[] zip) => zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);

    /// <summary>The archive with its one entry in the directory so many times.</summary>
    private static byte[] WithEntriesTimes(byte[] zip, int times)
    {
        var start = DirectoryOf(zip);
        var end = zip.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var entry = zip[start..end];
        var tail = zip[end..];
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), (ushort)times);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), (ushort)times);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(12), entry.Length * times);
        return [.. zip[..start], .. Enumerable.Repeat(entry, times).SelectMany(static each => each), .. tail];
    }

    /// <summary>The archive with the right checksum in its first header.</summary>
    private static byte[] Summed(byte[] tar)
    {
        tar.AsSpan(148, 8).Fill((byte)' ');
        var sum = tar.Take(512).Sum(static each => each);
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(tar, 148);
        return tar;
    }

    private static ImmutableArray<FoundSecret> Found(byte[] file)
    {
        var (result, problem) = Inspect(file);
        Assert.IsNull(problem, problem?.Message);
        return result!.Found;
    }

    private static FileProblem Problem(byte[] file, FileLimits? limits = null)
    {
        var (result, problem) = Inspect(file, limits);
        Assert.IsNotNull(problem, $"{result}");
        Assert.IsNull(result);
        return problem;
    }

    private static (InspectionResult? Result, FileProblem? Problem) Inspect(byte[] file, FileLimits? limits = null, IScanMemory? memory = null)
    {
        var result = new FileInspector(Scanner, memory ?? new ScanVerdicts(100).For("1"), limits ?? new FileLimits()).Inspect(new HeldBytes(file), "the file", out var problem, CancellationToken.None);
        return (result, problem);
    }
}
