using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>What a push's size and commits match. Who wrote a commit is what the commit claims.</summary>
[TestClass]
public sealed class PushMatcherTests
{
    [TestMethod]
    [DataRow("larger: 1KB", 1024L, "allow", DisplayName = "exactly as large is not larger")]
    [DataRow("larger: 1KB", 1025L, "DeniedByRule")]
    [DataRow("larger: 50MB", 50L * 1024 * 1024, "allow")]
    [DataRow("larger: 50MB", (50L * 1024 * 1024) + 1, "DeniedByRule")]
    [DataRow("larger: 9999999GB", long.MaxValue, "DeniedByRule", DisplayName = "the largest size does not overflow")]
    [DataRow("larger: 1GB", 0L, "allow")]
    [DataRow("larger: 1KB, refs: [release]", 2048L, "allow", DisplayName = "keys of one entry must all hold")]
    public void Decide_Size_MatchesAboveIt(string push, long size, string expected) =>
        Assert.AreEqual(expected, Denying(push, Policies.Update("refs/heads/main") with { Size = size }).Outcome());

    [TestMethod]
    [DataRow("deploy/prod", "DeniedByRule", DisplayName = "a link or submodule in the place of the directory")]
    [DataRow("Deploy", "DeniedByRule", DisplayName = "or of one above it")]
    [DataRow("deploy/prod/x/y", "DeniedByRule")]
    [DataRow("deploy/production", "allow")]
    [DataRow("dep", "allow")]
    [DataRow("prod", "allow")]
    [DataRow("etc", "DeniedByRule", DisplayName = "above a single file")]
    [DataRow("etc/passwd/x", "allow")]
    public void Decide_LinkInThePlaceOfAProtectedDirectory_MatchesAsWhatLiesBelow(string path, string expected) =>
        Assert.AreEqual(expected, Denying("paths: ['deploy/prod/**', etc/passwd]", Policies.Update("refs/heads/main", path)).Outcome());

    [TestMethod]
    [DataRow("authors: ['*@evil.example']", "dev@acme.example", "dev@acme.example", "allow")]
    [DataRow("authors: ['*@evil.example']", "x@evil.example", "dev@acme.example", "DeniedByRule", DisplayName = "the author")]
    [DataRow("authors: ['*@evil.example']", "dev@acme.example", "x@evil.example", "DeniedByRule", DisplayName = "the committer, behind a trusted author")]
    [DataRow("authors: ['*@evil.example']", "X@EVIL.example", "X@EVIL.example", "DeniedByRule", DisplayName = "without case")]
    [DataRow("authors: ['*@evil.example']", "a/b@evil.example", "a/b@evil.example", "DeniedByRule", DisplayName = "a slash does not slip past '*'")]
    [DataRow("authors: ['?@evil.example']", "/@evil.example", "/@evil.example", "DeniedByRule", DisplayName = "a slash does not slip past '?'")]
    [DataRow("authors: ['*@evil.example']", "x@evil.example.acme.example", "dev@acme.example", "allow", DisplayName = "the whole address")]
    [DataRow("other-authors: ['*@acme.example']", "dev@acme.example", "dev@acme.example", "allow")]
    [DataRow("other-authors: ['*@acme.example', ci@bots.example]", "dev@acme.example", "ci@bots.example", "allow")]
    [DataRow("other-authors: ['*@acme.example']", "x@else.example", "dev@acme.example", "DeniedByRule", DisplayName = "somebody else's commit, committed by one of ours")]
    [DataRow("other-authors: ['*@acme.example']", "dev@acme.example", "x@else.example", "DeniedByRule", DisplayName = "our author, somebody else's commit")]
    [DataRow("other-authors: ['*@acme.example']", "", "dev@acme.example", "DeniedByRule", DisplayName = "no address is nobody's")]
    [DataRow("other-authors: ['*@acme.example']", "x@acme.example.else.example", "dev@acme.example", "DeniedByRule", DisplayName = "ends like ours and is not")]
    [DataRow("other-authors: ['*@acme.example']", "x@xacme.example", "dev@acme.example", "DeniedByRule")]
    public void Decide_Authors_MatchAuthorAndCommitter(string push, string author, string committer, string expected)
    {
        var update = Policies.Update("refs/heads/main") with { Commits = [Commit(1, "dev@acme.example", "dev@acme.example"), Commit(2, author, committer)] };
        Assert.AreEqual(expected, Denying(push, update).Outcome());
    }

    [TestMethod]
    [DataRow("unsigned: true", "signed", "allow")]
    [DataRow("unsigned: true", "signed,unsigned", "DeniedByRule", DisplayName = "one bare commit among signed ones")]
    [DataRow("unsigned: true", "", "allow")]
    [DataRow("unsigned: false", "signed", "DeniedByRule")]
    [DataRow("unsigned: false", "signed,unsigned", "allow")]
    [DataRow("unsigned: false", "", "DeniedByRule", DisplayName = "of no commit at all, every one is signed")]
    public void Decide_Signatures_MatchByPresence(string push, string commits, string expected)
    {
        var update = Policies.Update("refs/heads/main") with
        {
            Commits = [.. commits.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static (kind, i) => Commit(i + 1, "a@acme.example", "a@acme.example", kind == "signed"))],
        };
        Assert.AreEqual(expected, Denying(push, update).Outcome());
    }

    [TestMethod]
    [DataRow("larger: 1KB", "it sends 2048 bytes, more than 1024")]
    [DataRow("authors: ['*@evil.example']", "it brings commit 0000000 by mallory@evil.example (*@evil.example)")]
    [DataRow("other-authors: ['*@acme.example']", "it brings commit 0000000 by mallory@evil.example, which is none of *@acme.example")]
    [DataRow("unsigned: true", "its commit 0000000 carries no signature")]
    public void Decide_Denied_SaysWhatMatched(string push, string expected)
    {
        var update = Policies.Update("refs/heads/main") with { Size = 2048, Commits = [Commit(1, "mallory@evil.example", "mallory@evil.example", signed: false)] };
        Assert.AreEqual($"Rule 'a' denies this: {expected}.", Denying(push, update).Explained());
    }

    [TestMethod]
    public void Decide_AddressWithTerminalEscapes_IsCleanedInTheExplanation()
    {
        var update = Policies.Update("refs/heads/main") with { Commits = [Commit(1, "\u001b[2J\u202eelpmaxe@x", "a@acme.example")] };
        var text = Denying("other-authors: ['*@acme.example']", update).Explained();
        Assert.IsFalse(text.Any(static c => char.IsControl(c) || c == '\u202e'), text);
    }

    [TestMethod]
    [DataRow("larger: 1KB")]
    [DataRow("authors: ['*']")]
    [DataRow("other-authors: [a@acme.example]")]
    [DataRow("unsigned: true")]
    public void Decide_Delete_SendsNothingAndBringsNobody(string push) =>
        Assert.AreEqual("allow", Denying(push, new RefUpdate(RefName.Parse("refs/heads/main"), Commit(1, "", "").Id, GitOid.Parse(new string('0', 40)))).Outcome());

    private static Decision Denying(string push, RefUpdate update) => Policies
        .Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, deny: [{{ push: {{ {push} }} }}] }}")
        .Decide(Policies.Person("x", "dev"), Policies.Push(update));

    private static CommitFacts Commit(int number, string author, string committer, bool signed = true) =>
        new(GitOid.Parse($"{number:x40}"), new CommitPerson("A", author, null), new CommitPerson("C", committer, null), signed, "m");
}
