using CsCheck;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Git.Changes;

/// <summary>Histories at random, with merges, reverts, renames and files that become directories: what git says of them is what the inspection says.</summary>
[TestClass]
public sealed class AgainstGitTests
{
    private static readonly string[] Paths = ["a", "b", "A", "d/a", "d/b", "d", "d/e/f", "d/e", "x/y/z", "d.x", "d-"];
    private static readonly string[] Contents = ["1", "2", "3", "100755:1", "120000:a"];

    [TestMethod]
    [DataRow(ObjectFormat.Sha1)]
    [DataRow(ObjectFormat.Sha256)]
    public void Inspect_RandomHistories_AgreeWithGit(ObjectFormat format) =>
        Gen.Select(Gen.Int[0, 1000].Array[16, 60], Gen.Int[0, 100], Gen.Int[0, 100], Gen.Bool).Sample(
            (numbers, old, tip, created) => Check(format, numbers, old, tip, created), iter: 25, threads: 1);

    private static void Check(ObjectFormat format, int[] numbers, int oldAt, int tipAt, bool created)
    {
        var made = new MadeHistory(format);
        var commits = Grow(made, numbers);
        var (old, tip) = (commits[oldAt % commits.Count], commits[tipAt % commits.Count]);

        // Upstream has a random part of the history beside the old tip.
        var push = new MadePush(made, old, commits[(oldAt + tipAt) % commits.Count]).Update("refs/heads/x", created ? null : old, tip);
        var changes = push.ChangesAsync().GetAwaiter().GetResult();

        using var git = new TempRepository(format);
        git.Run(made.Pack(made.Closure([.. commits])), "index-pack", "--stdin");
        var expected = Lines(git.Text("log", "--root", "--format=", "--name-only", "--no-renames", "--diff-merges=combined", "-z", tip.Hex, $"^{old.Hex}"))
            .Concat(Lines(git.Text("diff", "--name-only", "--no-renames", "-z", old.Hex, tip.Hex))).Distinct().Order(StringComparer.Ordinal);
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', changes.Paths));
        var brought = git.Text("rev-list", tip.Hex, $"^{old.Hex}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        CollectionAssert.AreEquivalent(brought, changes.Commits.Select(static commit => commit.Id.Hex).ToArray());
        var isAncestor = git.Text("rev-list", old.Hex, $"^{tip.Hex}").Length == 0;
        Assert.AreEqual(!created && !isAncestor, changes.Forced);
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Trim('\n')).Where(static line => line.Length > 0);

    private static List<GitOid> Grow(MadeHistory made, int[] numbers)
    {
        var files = new List<Dictionary<string, string>>();
        var commits = new List<GitOid>();
        for (var i = 0; i + 3 < numbers.Length; i += 4)
        {
            var parents = commits.Count == 0 || numbers[i] % 17 == 0 ? [] : new[] { numbers[i] % commits.Count, numbers[i + 1] % commits.Count }.Take(numbers[i] % 3 == 0 ? 2 : 1).Distinct().ToArray();
            var now = parents.Length == 0 ? [] : new Dictionary<string, string>(files[parents[^1]]);
            if (numbers[i + 2] % 7 == 0 && files.Count > 0)
            {
                now = new(files[numbers[i + 3] % files.Count]);
            }
            else if (parents.Length < 2 || numbers[i + 2] % 2 == 0)
            {
                Edit(now, Paths[numbers[i + 2] % Paths.Length], numbers[i + 3] % 6 is 5 ? null : Contents[numbers[i + 3] % 5]);
                Edit(now, Paths[numbers[i + 3] % Paths.Length], Contents[numbers[i + 2] % 5]);
            }

            files.Add(now);
            commits.Add(made.Commit(made.Files([.. now.Select(static file => (file.Key, file.Value))]), [.. parents.Select(parent => commits[parent])]));
        }

        return commits;
    }

    private static void Edit(Dictionary<string, string> files, string path, string? content)
    {
        foreach (var other in files.Keys.Where(other => other == path || other.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(other + "/", StringComparison.Ordinal)).ToList())
        {
            files.Remove(other);
        }

        if (content is not null)
        {
            files.Add(path, content);
        }
    }
}
