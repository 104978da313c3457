using System.Text;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Packs;

/// <summary>Packs that real git made, with chains of deltas of both kinds.</summary>
[TestClass]
public sealed class RealPackTests
{
    [TestMethod]
    [DataRow(ObjectFormat.Sha1, true)]
    [DataRow(ObjectFormat.Sha1, false)]
    [DataRow(ObjectFormat.Sha256, true)]
    public void Read_PackOfRealGit_GivesEveryObjectAsGitHasIt(ObjectFormat format, bool byOffset)
    {
        using var git = new TempRepository(format);
        git.Run(Stream(), "fast-import", "--quiet", "--done");
        var ids = Encoding.ASCII.GetBytes(git.Text("rev-list", "--objects", "--no-object-names", "--all"));
        var bytes = git.Run(ids, byOffset ? ["pack-objects", "--stdout", "--quiet", "--no-reuse-delta", "--delta-base-offset"] : ["pack-objects", "--stdout", "--quiet", "--no-reuse-delta"]);

        var read = PackBuilder.Read(bytes, format, new() { ReadCacheBytes = 20_000 });

        Assert.IsTrue(read.Succeeded, read.Failure?.Message);
        var lines = git.Text("cat-file", "--batch-check", "--batch-all-objects").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(read.Value.Count, lines);
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            var id = GitOid.Parse(parts[0]);
            var found = read.Value.Read(id);
            Assert.IsTrue(found.Succeeded, found.Failure?.Message);
            Assert.AreEqual(parts[1], found.Value.Type.ToString().ToLowerInvariant());
            Assert.AreEqual(id, PackBuilder.IdOf(found.Value.Type, found.Value.Content.ToArray(), format));
        }

        var tips = git.Text("for-each-ref", "--format=%(objectname)").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(GitOid.Parse).ToList();
        Assert.IsNull(read.Value.CheckReachable(tips, CancellationToken.None));
        Assert.IsNotNull(read.Value.CheckReachable([], CancellationToken.None));
    }

    private static byte[] Stream()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 150; i++)
        {
            var content = string.Concat(Enumerable.Range(0, 80).Select(line => line % 40 == i % 40 ? $"changed in {i}\n" : $"line {line} of a text\n"));
            text.Append($"commit refs/heads/main\ncommitter M <m@x> {1_700_000_000 + i} +0000\ndata 3\nm {i % 10}\n")
                .Append($"M 100644 inline dir/{i % 20}/file\ndata {content.Length}\n{content}\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("tag v1\nfrom refs/heads/main\ntagger M <m@x> 1700000000 +0000\ndata 2\nv1\ndone\n").ToString());
    }
}
