using System.Text.Json;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Operating;

[TestClass]
public sealed class MaskCommandTests
{
    private static readonly string Token = "gh" + "p_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Mask_FileWithASecret_PrintsItMaskedNamesThePlaceAndExitsWithThree()
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(home["a.env"], $"# one\nTOKEN={Token}\n", TestContext.CancellationToken);
        await File.WriteAllTextAsync(home["b.txt"], "nothing\n", TestContext.CancellationToken);

        var masked = await Cli.RunAsync(home, TestContext.CancellationToken, "mask", home["a.env"], home["b.txt"]);

        Assert.AreEqual(3, masked.ExitCode, masked.Error);
        Assert.MatchesRegex("^# one\nTOKEN=ghp_\\*{4}[a-z2-7]{16}\\*{19}\nnothing\n$", masked.Output.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
        Assert.Contains("a.env:2:7: github-personal-access-token", masked.Error);
        Assert.DoesNotContain(Token[8..], masked.Output + masked.Error);
    }

    [TestMethod]
    public async Task Mask_Json_StaysJson()
    {
        using var home = new TempDirectory();
        var key = "-----BEGIN PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n";
        await File.WriteAllTextAsync(home["a.json"], JsonSerializer.Serialize(new Dictionary<string, string> { ["key"] = key, ["name"] = "open" }), TestContext.CancellationToken);

        var masked = await Cli.RunAsync(home, TestContext.CancellationToken, "mask", home["a.json"]);

        Assert.AreEqual(3, masked.ExitCode, masked.Error);
        using var parsed = JsonDocument.Parse(masked.Output);
        Assert.AreEqual("open", parsed.RootElement.GetProperty("name").GetString());
        Assert.DoesNotContain("hkiG9w0BAQEFAASC", masked.Output);
    }

    [TestMethod]
    public async Task Mask_FileWithoutASecret_IsPrintedAsItIs()
    {
        using var home = new TempDirectory();
        await File.WriteAllTextAsync(home["a.txt"], "nothing to hide\n", TestContext.CancellationToken);

        var masked = await Cli.RunAsync(home, TestContext.CancellationToken, "mask", home["a.txt"]);

        Assert.AreEqual(0, masked.ExitCode, masked.Error);
        Assert.AreEqual("nothing to hide", masked.Output.TrimEnd());
    }

    [TestMethod]
    public async Task Mask_FileThatIsNotThere_SaysSo()
    {
        using var home = new TempDirectory();

        var masked = await Cli.RunAsync(home, TestContext.CancellationToken, "mask", home["missing"]);

        Assert.AreEqual(2, masked.ExitCode);
        Assert.Contains("missing", masked.Error);
    }
}
