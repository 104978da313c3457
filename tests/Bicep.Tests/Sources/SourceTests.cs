using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Sources;

/// <summary>The files compile without a word, and are formatted. Wrong properties are but warnings to the compiler: any word fails.</summary>
[TestClass]
public sealed class SourceTests
{
    public static IEnumerable<object[]> Files => Repository.BicepFiles.Select(static file => new object[] { Path.GetRelativePath(Repository.Bicep, file) });

    [TestMethod]
    public async Task Template_Built_NothingToSay()
    {
        var result = await BicepCli.RunAsync("build", "main.bicep", "--no-restore", "--stdout");

        Assert.AreEqual("", result.Error);
        Assert.AreEqual(0, result.ExitCode);
    }

    [TestMethod]
    public async Task AllFiles_Linted_NothingToSay()
    {
        var result = await BicepCli.RunAsync("lint", "--pattern", "**/*.bicep", "--no-restore");

        Assert.AreEqual("", result.Output + result.Error);
        Assert.AreEqual(0, result.ExitCode);
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public async Task File_Formatted_Unchanged(string file)
    {
        var result = await BicepCli.RunAsync("format", file, "--stdout");

        Assert.AreEqual((await File.ReadAllTextAsync(Path.Combine(Repository.Bicep, file))).ReplaceLineEndings("\n"), result.Output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Modules_NoneFromARegistry()
    {
        foreach (var file in Repository.BicepFiles)
        {
            Assert.DoesNotContain("'br", File.ReadAllText(file), $"{file}: what a registry serves is not what was reviewed.");
        }
    }

    [TestMethod]
    public void Configuration_SecurityRules_AreErrors()
    {
        var rules = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Bicep, "bicepconfig.json")))!["analyzers"]!["core"]!["rules"]!;
        string[] security =
        [
            "outputs-should-not-contain-secrets", "secure-parameter-default", "secure-params-in-nested-deploy", "secure-params-in-parameters-file",
            "secure-secrets-in-params", "use-secure-value-for-secure-inputs", "protect-commandtoexecute-secrets", "adminusername-should-not-be-literal",
        ];

        foreach (var rule in security)
        {
            Assert.AreEqual("error", rules[rule]?["level"]?.GetValue<string>(), rule);
        }
    }
}
