using System.Text;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Objects;

[TestClass]
public sealed class ObjectTests
{
    private const string People = "author Ann <ann@x> 1700000000 +0130\ncommitter Cy <cy@x> 1700000001 -0800\n";

    private static readonly GitOid Id = GitOid.Parse(Wire.A);

    [TestMethod]
    public void Commit_Ordinary_TellsItsFacts()
    {
        var commit = Commit($"tree {Wire.B}\nparent {Wire.C}\nparent {Wire.A}\n{People}gpgsig -----BEGIN\n  parent {Wire.B}\n -----END\n\nSubject\n\nBody").Value!;

        Assert.AreEqual(Wire.B, commit.Tree.Hex);
        Assert.AreEqual($"{Wire.C} {Wire.A}", string.Join(' ', commit.Parents.Select(static parent => parent.Hex)));
        Assert.AreEqual(new CommitPerson("Ann", "ann@x", new(2023, 11, 14, 23, 43, 20, TimeSpan.FromMinutes(90))), commit.Facts.Author);
        Assert.AreEqual("Cy", commit.Facts.Committer.Name);
        Assert.IsTrue(commit.Facts.HasSignature);
        Assert.AreEqual("Subject", commit.Facts.Subject);
    }

    [TestMethod]
    [DataRow("", DisplayName = "empty")]
    [DataRow($"parent {Wire.A}\ntree {Wire.B}\n{People}\n", DisplayName = "parent before tree")]
    [DataRow($"tree {Wire.B}\n{People}parent {Wire.A}\n\n", DisplayName = "parent after the committer")]
    [DataRow($"tree {Wire.B}\ntree {Wire.B}\n{People}\n", DisplayName = "two trees")]
    [DataRow($"tree {Wire.B}\n{People}author B <b@x> 1 +0000\n\n", DisplayName = "two authors")]
    [DataRow($"tree {Wire.B}\nparent {Wire.Zero}\n{People}\n", DisplayName = "zero parent")]
    [DataRow($"tree {Wire.B}1\n{People}\n", DisplayName = "long id")]
    [DataRow($"tree {Wire.B}\nauthor A <a@x> 1 +0000\n\n", DisplayName = "no committer")]
    [DataRow($"tree {Wire.B}\nauthor A\0 <a@x> 1 +0000\ncommitter C <c@x> 1 +0000\n\n", DisplayName = "NUL in a header")]
    [DataRow($"tree {Wire.B}\n{People}nothing\n\n", DisplayName = "header without value")]
    [DataRow($"tree {Wire.B}\n{People}x y", DisplayName = "header without end")]
    public void Commit_Malformed_IsRefused(string content) => Assert.AreEqual(GitFailureKind.Malformed, Commit(content).Failure?.Kind);

    [TestMethod]
    [DataRow("A <a@x> 1700000000 +9999", DisplayName = "impossible zone")]
    [DataRow("A <a@x> 99999999999999999999 +0000", DisplayName = "impossible time")]
    [DataRow("A <a@x> 253402300799 +1400", DisplayName = "the last second there is")]
    [DataRow("A <a@x> 0 -1400", DisplayName = "the first")]
    [DataRow("A <a@x>", DisplayName = "no time")]
    [DataRow("A", DisplayName = "no address")]
    [DataRow("> A <", DisplayName = "brackets the wrong way round")]
    public void Commit_PersonOfAnyKind_IsNoReasonToRefuse(string person)
    {
        var commit = Commit($"tree {Wire.B}\nauthor {person}\ncommitter {person}\n\n");

        Assert.IsTrue(commit.Succeeded, commit.Failure?.Message);
    }

    [TestMethod]
    public void Commit_SecondAddressBehindTheFirst_IsNotWhoWroteIt()
    {
        var facts = Commit($"tree {Wire.B}\nauthor Mallory <mallory@x> <lead@example.com> 1700000000 +0000\ncommitter C <c@x> 1 +0000\n\n").Value!.Facts;

        Assert.AreEqual(("Mallory", "mallory@x", 1700000000L), (facts.Author.Name, facts.Author.Email, facts.Author.When?.ToUnixTimeSeconds()));
    }

    [TestMethod]
    public void Commit_LatinMessage_IsDecodedAsItSays()
    {
        var content = Encoding.Latin1.GetBytes($"tree {Wire.B}\n{People}encoding ISO-8859-1\n\nGr\u00fc\u00dfe");

        Assert.AreEqual("Gr\u00fc\u00dfe", CommitObject.Parse(Id, content, ObjectFormat.Sha1).Value!.Facts.Subject);
    }

    [TestMethod]
    public void Commit_LongMessage_IsCut() =>
        Assert.AreEqual(CommitFacts.MaxMessage, Commit($"tree {Wire.B}\n{People}\n{new string('x', 100_000)}").Value!.Facts.Message.Length);

    [TestMethod]
    [DataRow($"object {Wire.B}\ntype commit\ntag v1\n", true)]
    [DataRow($"object {Wire.B}\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\nx", true)]
    [DataRow($"object {Wire.B}\ntype nothing\ntag v1\n\n", false)]
    [DataRow($"type commit\nobject {Wire.B}\ntag v1\n\n", false)]
    [DataRow($"object {Wire.B}\ntype commit\n\n", false)]
    [DataRow($"object {Wire.B}\ntype commit\ntag v1\nobject {Wire.A}\n\n", false)]
    public void Tag_Parse_IsStrict(string content, bool good) =>
        Assert.AreEqual(good, TagObject.Parse(Id, Encoding.UTF8.GetBytes(content), ObjectFormat.Sha1).Succeeded);

    [TestMethod]
    public void Tree_CutAnywhere_IsRefused()
    {
        byte[] entry = [.. "100644 name\0"u8, .. new byte[20]];
        for (var length = 1; length < entry.Length; length++)
        {
            Assert.IsFalse(TreeObject.Parse(entry.AsMemory(0, length), ObjectFormat.Sha1).Succeeded, $"after {length} bytes");
        }

        Assert.IsTrue(TreeObject.Parse(entry, ObjectFormat.Sha1).Succeeded);
    }

    private static GitResult<CommitObject> Commit(string content) => CommitObject.Parse(Id, Encoding.UTF8.GetBytes(content), ObjectFormat.Sha1);
}
