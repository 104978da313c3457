using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Sources;

/// <summary>The files compile without a word, and are formatted. Wrong properties are but warnings to the compiler: any word fails.</summary>
[TestClass]
public sealed partial class SourceTests
{
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
    public async Task AllFiles_Formatted_Unchanged()
    {
        var directory = Directory.CreateTempSubdirectory("format");
        try
        {
            foreach (var file in Repository.BicepFiles.Append(Path.Combine(Repository.Bicep, "bicepconfig.json")))
            {
                var copy = Path.Combine(directory.FullName, Path.GetRelativePath(Repository.Bicep, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            foreach (var kind in (string[])["bicep", "bicepparam"])
            {
                var result = await BicepCli.RunAsync("format", "--pattern", Path.Combine(directory.FullName, "**", $"*.{kind}"));
                Assert.AreEqual(0, result.ExitCode, result.Error);
            }

            foreach (var file in Repository.BicepFiles)
            {
                Assert.AreEqual(
                    await File.ReadAllTextAsync(Path.Combine(directory.FullName, Path.GetRelativePath(Repository.Bicep, file))),
                    (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"),
                    $"{file}: bicep format changes it.");
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Modules_NoneFromARegistry()
    {
        foreach (var file in Repository.BicepFiles)
        {
            Assert.IsFalse(FromARegistry().IsMatch(File.ReadAllText(file)), $"{file}: what a registry serves is not what was reviewed.");
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

    [GeneratedRegex("'(br|ts)[:/]")]
    private static partial Regex FromARegistry();
}
