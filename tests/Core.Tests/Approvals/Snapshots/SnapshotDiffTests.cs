using System.Text;
using CsCheck;
using CursorBroker.Core.Approvals.Snapshots;

namespace CursorBroker.Core.Tests.Approvals.Snapshots;

/// <summary>The unified diff: right, bounded, and without a way to hide a line.</summary>
[TestClass]
public sealed class SnapshotDiffTests
{
    private readonly SnapshotScene _scene = new();

    [TestMethod]
    [DataRow("a\nb\nc\n", "a\nB\nc\n", "@1,1\n a\n-b\n+B\n c")]
    [DataRow("", "a\n", "@0,1\n+a")]
    [DataRow("a\n", "", "@1,0\n-a")]
    [DataRow(null, "a\nb\n", "@0,1\n+a\n+b", DisplayName = "a new file")]
    [DataRow("a\nb\n", null, "@1,0\n-a\n-b", DisplayName = "a deleted file")]
    [DataRow(null, "", "", DisplayName = "a new empty file")]
    [DataRow("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "@2,2\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8", DisplayName = "three lines around")]
    [DataRow("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n", "@1,1\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B", DisplayName = "six lines between join two changes")]
    [DataRow("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n", "@1,1\n-a\n+A\n 1\n 2\n 3\n@6,6\n 5\n 6\n 7\n-b\n+B", DisplayName = "seven part them")]
    [DataRow("1\n2\n3\n4\n5\n", "0\n1\n2\n3\n4\n5\n", "@1,1\n+0\n 1\n 2\n 3")]
    [DataRow("x\n1\n2\n3\n4\n5\n6\n7\n8\n9\ny\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\nY\n", "@1,1\n-x\n 1\n 2\n 3\n@8,7\n 7\n 8\n 9\n-y\n+Y", DisplayName = "line numbers of both sides")]
    public async Task Diff_OfTwoTexts_IsUnified(string? old, string? now, string expected) =>
        Assert.AreEqual(expected, SnapshotScene.Diff(await _scene.ShowAsync(old, now)));

    [TestMethod]
    [DataRow("a\n", "a\r\n", "@1,1\n-a\n+a\r", DisplayName = "only the line end changes")]
    [DataRow("a\n", "a", "@1,1\n-a\n+a\n\\No newline at end of file", DisplayName = "only the last line end goes")]
    [DataRow("a", "a\n", "@1,1\n-a\n\\No newline at end of file\n+a")]
    [DataRow("x\na", "y\na", "@1,1\n-x\n+y\n a\n\\No newline at end of file", DisplayName = "unended on both sides")]
    [DataRow("a\n", "a\rsafe\n", "@1,1\n-a\n+a\rsafe", DisplayName = "a carriage return does not begin a line that covers another")]
    [DataRow("a\n", "a \n", "@1,1\n-a\n+a ", DisplayName = "only blanks change")]
    [DataRow("a\n", "A\n", "@1,1\n-a\n+A", DisplayName = "only case changes")]
    [DataRow("a\n", "a\u200b\n", "@1,1\n-a\n+a\u200b", DisplayName = "an invisible character comes")]
    [DataRow("a\u2028b\n", "a\u2028c\n", "@1,1\n-a\u2028b\n+a\u2028c", DisplayName = "another script's line separator is no line end")]
    [DataRow("\n\n", "\n\n\n", "@1,1\n \n \n+", DisplayName = "an empty line comes")]
    public async Task Diff_AttackOnWhatLooksTheSame_ShowsTheChange(string old, string now, string expected) =>
        Assert.AreEqual(expected, SnapshotScene.Diff(await _scene.ShowAsync(old, now)));

    [TestMethod]
    public async Task Diff_SecretChangedToAnotherSecret_ShowsThatItChangedWithoutEither()
    {
        // Attack: masked, both lines read the same; a diff of masked texts would show nothing at all.
        var file = await _scene.ShowAsync("key: hunter1\n", "key: hunter2\n");
        Assert.AreEqual("@1,1\n-key: *******\n+key: *******", SnapshotScene.Diff(file));
        Assert.AreEqual((1, 1), (file.Added, file.Removed));
    }

    [TestMethod]
    public async Task Diff_SecretAcrossALineEnd_IsMaskedOnBothLines() =>
        Assert.AreEqual("@1,1\n a\n+***\n+****\n b", SnapshotScene.Diff(await _scene.ShowAsync("a\nb\n", "a\nhun\nter2\nb\n")));

    [TestMethod]
    public async Task Diff_SecretInContext_IsMasked() =>
        Assert.AreEqual("@1,1\n *******\n-a\n+b", SnapshotScene.Diff(await _scene.ShowAsync("hunter1\na\n", "hunter1\nb\n")));

    [TestMethod]
    [DataRow("a\n", "a\nunsure\n")]
    [DataRow("unsure\n", "a\n")]
    public async Task Diff_TextNobodyVouchesFor_IsWithheld(string old, string now)
    {
        var file = await _scene.ShowAsync(old, now);
        Assert.AreEqual((SnapshotContent.Withheld, 0, (int?)null), (file.Content, file.Hunks.Length, file.Added));
    }

    [TestMethod]
    [DataRow("one line\n", DisplayName = "swallows a line")]
    [DataRow("a\nb\nc\n", DisplayName = "adds one")]
    [DataRow("a\nb", DisplayName = "swallows the last line end")]
    public async Task Diff_MaskedTextThatIsNotLineByLineTheText_IsWithheld(string masked)
    {
        // Shown by line number, the wrong lines would be shown as changed.
        _scene.Masker = new FixedMasker(masked);
        Assert.AreEqual(SnapshotContent.Withheld, (await _scene.ShowAsync("a\nb\n", "a\nc\n")).Content);
    }

    [TestMethod]
    public async Task Diff_BytesThatAreNoText_ShowsThatTheyChanged()
    {
        // Attack: decoded leniently, both bytes become the same replacement character.
        var file = await _scene.ShowAsync(_scene.Changed("a.txt", [(byte)'a', 0xFE, (byte)'\n'], [(byte)'a', 0xFF, (byte)'\n']));
        Assert.AreEqual("@1,1\n-a\ufffd\n+a\ufffd", SnapshotScene.Diff(file));
    }

    [TestMethod]
    public async Task Diff_HalfACharacterBeforeALineEnd_DoesNotSwallowTheLineEnd()
    {
        var file = await _scene.ShowAsync(_scene.Changed("a.txt", "b\n"u8.ToArray(), [0xE2, 0x82, (byte)'\n', (byte)'b', (byte)'\n']));
        Assert.AreEqual("@1,1\n+\ufffd\n b", SnapshotScene.Diff(file));
    }

    [TestMethod]
    public async Task Diff_LongLine_IsCutAndSaysSo()
    {
        var limit = _scene.Limits.LineLength;
        var file = await _scene.ShowAsync(new string('x', limit) + "\n", new string('x', limit) + "y\n");
        Assert.AreEqual($"@1,1\n-{new string('x', limit)}\n+{new string('x', limit)}…", SnapshotScene.Diff(file));
        var emoji = await _scene.ShowAsync(null, new string('x', limit - 1) + "😀\n");
        Assert.AreEqual(new SnapshotLine('+', new string('x', limit - 1), Cut: true), emoji.Hunks[0].Lines[0], "not through a character");
    }

    [TestMethod]
    public async Task Diff_LongSecretAtTheCut_IsMaskedBeforeItIsCut()
    {
        _scene.Limits = new SnapshotLimits { LineLength = 10 };
        Assert.AreEqual("@0,1\n+pass: ****…", SnapshotScene.Diff(await _scene.ShowAsync(null, "pass: hunter2\n")));
    }

    [TestMethod]
    public async Task Diff_ManyLines_LeavesOutWholeHunksAndCountsThem()
    {
        _scene.Limits = new SnapshotLimits { HunkLines = 10, FileLines = 25 };
        var file = await _scene.ShowAsync(null, string.Concat(Enumerable.Range(1, 47).Select(static i => $"{i}\n")));
        Assert.AreEqual((2, 3, 47, 0), (file.Hunks.Length, file.HunksLeftOut, file.Added, file.Removed));
        CollectionAssert.AreEqual(new[] { 1, 11 }, file.Hunks.Select(static hunk => hunk.NewStart).ToArray());
    }

    [TestMethod]
    public async Task Diff_ManyFiles_ShareTheLinesAndCountWhatIsLeftOut()
    {
        _scene.Limits = new SnapshotLimits { LinesInAll = 3 };
        var snapshot = await _scene.BuildAsync(SnapshotScene.Change(_scene.Changed("a", null, "1\n2\n"), _scene.Changed("b", null, "3\n4\n"), _scene.Changed("c", null, "5\n")));
        CollectionAssert.AreEqual(new[] { (1, 0, 2), (0, 1, 2), (1, 0, 1) }, snapshot.Updates[0].Files.Select(static file => (file.Hunks.Length, file.HunksLeftOut, file.Added!.Value)).ToArray());
    }

    [TestMethod]
    public async Task Diff_TwoLargeFilesWithNothingInCommon_AreReplacedWithoutBeingCompared()
    {
        // Attack: comparing them takes the square of their lines. Over budget every line counts as changed, which hides none.
        _scene.Limits = new SnapshotLimits { FileWork = 100, FileLines = 1000 };
        var (old, now) = (string.Concat(Enumerable.Range(0, 20).Select(static i => $"a{i}\n")), string.Concat(Enumerable.Range(0, 20).Select(static i => $"b{i}\n")));
        var file = await _scene.ShowAsync("same\n" + old + "mid\n" + old, "same\n" + now + "mid\n" + now);
        Assert.AreEqual((41, 41), (file.Added, file.Removed));
        Assert.AreEqual(1, file.Hunks[0].Lines.Count(static line => line.Kind == ' '), "the common head is found all the same");
    }

    [TestMethod]
    public async Task Diff_ManyFilesThatAreDearToCompare_ShareTheWork()
    {
        _scene.Limits = new SnapshotLimits { FileWork = 1000, WorkInAll = 50 };
        var files = Enumerable.Range(0, 3).Select(i => _scene.Changed($"f{i}", $"a{i}\nmid\nb{i}\n", $"c{i}\nmid\nd{i}\n")).ToArray();
        var snapshot = await _scene.BuildAsync(SnapshotScene.Change(files));
        CollectionAssert.AreEqual(new[] { 2, 3, 3 }, snapshot.Updates[0].Files.Select(static file => file.Added!.Value).ToArray(), "36 of 50 for the first, none left for the others");
    }

    [TestMethod]
    public void Diff_AnyTwoTexts_TurnsTheOneIntoTheOther() =>
        Gen.Select(Text, Text, Gen.Int[1, 8], Gen.Int[0, 60]).Sample(static (old, now, hunkLines, work) =>
        {
            var limits = new SnapshotLimits { HunkLines = hunkLines, FileWork = work };
            var (before, after) = (Read(old), Read(now));
            var hunks = new HunkWriter(before, after, limits).Write(new LineDiff(limits).Compare(before.Lines, after.Lines));
            Assert.AreEqual(now, Apply(old, hunks));
            Assert.IsTrue(hunks.All(hunk => hunk.Lines.Count(static line => line.Kind != '\\') <= hunkLines));
        });

    private static Gen<string> Text => Gen.Select(Gen.Int[0, 3].Select(static i => new[] { "a", "b", "c", "" }[i]).Array[0, 25], Gen.Bool)
        .Select(static (lines, ended) => string.Join('\n', lines) + (ended && lines.Length > 0 ? "\n" : ""));

    private static SnapshotText Read(string text) => SnapshotText.Read(Encoding.UTF8.GetBytes(text), new MarkerMasker())!;

    /// <summary>What <c>patch</c> does: goes by line numbers and insists that what is taken away and around is there.</summary>
    private static string Apply(string old, IEnumerable<SnapshotHunk> hunks)
    {
        var (lines, result, at) = (SnapshotText.Split(old), new StringBuilder(), 0);
        foreach (var hunk in hunks)
        {
            for (; hunk.OldStart > 0 && at < hunk.OldStart - 1; at++)
            {
                result.Append(lines[at]);
            }

            for (var i = 0; i < hunk.Lines.Length; i++)
            {
                var unended = i + 1 < hunk.Lines.Length && hunk.Lines[i + 1].Kind == '\\';
                var text = hunk.Lines[i].Text + (unended ? "" : "\n");
                if (hunk.Lines[i].Kind is ' ' or '-')
                {
                    Assert.AreEqual(lines[at++], text);
                }

                if (hunk.Lines[i].Kind is ' ' or '+')
                {
                    result.Append(text);
                }
            }
        }

        return result.Append(string.Concat(lines[at..])).ToString();
    }

    private sealed class FixedMasker(string masked) : CursorBroker.Core.Masking.ITextMasker
    {
        public bool CanVouch => true;

        public string? Mask(string text) => masked;
    }
}
