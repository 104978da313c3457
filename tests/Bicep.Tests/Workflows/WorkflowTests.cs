using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace CursorBroker.Bicep.Tests.Workflows;

/// <summary>What runs with the repository's rights: pinned, least rights, and nothing that a stranger writes is ever run.</summary>
[TestClass]
public sealed partial class WorkflowTests
{
    public static IEnumerable<object[]> Files => Repository.Workflows.Select(static file => new object[] { Path.GetFileName(file) });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Actions_AMovedTag_CannotReplaceThem(string file)
    {
        foreach (var line in Lines(file).Where(static line => line.TrimStart(' ', '-').StartsWith("uses:", StringComparison.Ordinal)))
        {
            StringAssert.Matches(line, Pinned(), "Pin by the full commit id, the version in a comment.");
        }
    }

    [TestMethod]
    public void Actions_OfOneName_AreOfOneVersion()
    {
        var versions = Files.SelectMany(static file => Lines((string)file[0]))
            .Select(static line => Pinned().Match(line))
            .Where(static match => match.Success)
            .GroupBy(static match => match.Groups["action"].Value, static match => match.Groups["id"].Value + " " + match.Groups["version"].Value);

        foreach (var action in versions)
        {
            Assert.HasCount(1, action.Distinct().ToList(), action.Key);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Scripts_TextFromOutside_IsNeverRun(string file)
    {
        foreach (var script in Steps(file).Select(static step => Text(step, "run")).OfType<string>())
        {
            Assert.DoesNotContain("${{", script, "A title, a branch or an input put into a script is a script: pass it through env.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Events_ThatRunStrangersCodeWithRights_AreNotUsed(string file)
    {
        var on = Root(file).Children[new YamlScalarNode("on")].ToString();

        Assert.IsFalse(Risky().IsMatch(on), on);
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Permissions_OfTheWorkflow_ReadAtMost(string file)
    {
        Assert.IsTrue(Root(file).Children.TryGetValue(new YamlScalarNode("permissions"), out var permissions), "Without it the repository's default holds.");
        foreach (var (scope, access) in ((YamlMappingNode)permissions).Children)
        {
            Assert.AreEqual(("contents", "read"), (scope.ToString(), access.ToString()), "More is given to the one job that needs it.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Permissions_OfJobs_AreOnTheList(string file)
    {
        // Who may write what, and why. id-token lets a job prove to Azure or Sigstore which workflow it is.
        string[] allowed =
        [
            "codeql.yml/scan security-events", "deploy.yml/plan id-token", "deploy.yml/deploy id-token", "release.yml/attest id-token",
            "release.yml/attest attestations", "release.yml/publish contents",
        ];

        foreach (var (name, job) in Jobs(file))
        {
            if (job.Children.TryGetValue(new YamlScalarNode("permissions"), out var permissions))
            {
                Assert.IsInstanceOfType<YamlMappingNode>(permissions, $"{name}: name each scope.");
                foreach (var (scope, _) in ((YamlMappingNode)permissions).Children.Where(static one => one.Value.ToString() == "write"))
                {
                    CollectionAssert.Contains(allowed, $"{file}/{name} {scope}");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Attack_ATakenOverPackage_FindsNoRightToWriteOrToProveWhoItIs(string file)
    {
        // What a build or a test restores and runs was written by others. codeql.yml's action only reads the sources.
        foreach (var (name, job) in Jobs(file).Where(static one => Writes(one.Job)))
        {
            foreach (var script in ((YamlSequenceNode)job.Children[new YamlScalarNode("steps")]).Children.Cast<YamlMappingNode>().Select(static step => Text(step, "run")).OfType<string>())
            {
                Assert.IsFalse(Builds().IsMatch(script), $"{name} may write, and runs: {script}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Jobs_EndAndDoNotPileUp(string file)
    {
        Assert.IsTrue(Root(file).Children.ContainsKey(new YamlScalarNode("concurrency")), "concurrency");
        foreach (var (name, job) in Jobs(file))
        {
            Assert.IsNotNull(Text(job, "timeout-minutes"), $"{name} may run for hours.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Checkouts_LeaveNoTokenBehind(string file)
    {
        foreach (var step in Steps(file).Where(static step => Text(step, "uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true))
        {
            Assert.AreEqual("false", Text((YamlMappingNode)step.Children[new YamlScalarNode("with")], "persist-credentials"));
        }
    }

    [TestMethod]
    [DataRow("deploy.yml")]
    [DataRow("release.yml")]
    public void Package_IsCompiledToNativeCode(string file)
    {
        var publish = Lines(file).Single(static line => line.Contains("dotnet publish functions/FunctionApp", StringComparison.Ordinal));

        StringAssert.Contains(publish, "--runtime linux-x64", "Without it nothing is compiled beforehand, and every start is slow.");
    }

    [TestMethod]
    public void Deploy_WithTheScheduler_PublishesWhatSpeaksToIt()
    {
        var package = Steps("deploy.yml").Single(static step => Text(step, "run")?.Contains("dotnet publish", StringComparison.Ordinal) == true);

        StringAssert.Contains(Text(package, "run")!, ".parameters.durableState.value == \"DurableTaskScheduler\"");
        StringAssert.Contains(Text(package, "run")!, "-p:DurableTaskScheduler=\"$scheduler\"", "An app without that package does not start on the scheduler.");
    }

    [TestMethod]
    public void Azure_IsEnteredWithoutASecret()
    {
        foreach (var file in Files.Select(static file => (string)file[0]))
        {
            Assert.DoesNotContain("secrets.", string.Join('\n', Lines(file)), $"{file}: a federated credential needs none.");
        }
    }

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, ".github", "workflows", file));

    private static YamlMappingNode Root(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(string.Join('\n', Lines(file))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static IEnumerable<(string Name, YamlMappingNode Job)> Jobs(string file) =>
        ((YamlMappingNode)Root(file).Children[new YamlScalarNode("jobs")]).Children.Select(static job => (job.Key.ToString(), (YamlMappingNode)job.Value));

    private static IEnumerable<YamlMappingNode> Steps(string file) =>
        Jobs(file).SelectMany(static job => ((YamlSequenceNode)job.Job.Children[new YamlScalarNode("steps")]).Children.Cast<YamlMappingNode>());

    private static bool Writes(YamlMappingNode job) =>
        job.Children.TryGetValue(new YamlScalarNode("permissions"), out var given) && ((YamlMappingNode)given).Children.Any(static one => one.Value.ToString() == "write");

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value.ToString() : null;

    [GeneratedRegex(@"uses: (?<action>[\w.-]+/[\w./-]+)@(?<id>[0-9a-f]{40}) # v(?<version>\d+\.\d+\.\d+)$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"dotnet|npm|npx|\.ci/")]
    private static partial Regex Builds();

    [GeneratedRegex("pull_request_target|workflow_run|issue_comment|issues|discussion")]
    private static partial Regex Risky();
}
