using System.Text.Json;
using System.Text.RegularExpressions;
using CursorBroker.FunctionApp.Settings;
using CursorBroker.Gateway.SignIn.Server;

namespace CursorBroker.Adapters.Tests.FunctionApp;

/// <summary>The names that the app reads are those that a deployment sets, that documents explain, and that the sample shows.</summary>
[TestClass]
public sealed partial class SettingNamesTests
{
    [TestMethod]
    public void Names_AllConstants_AreInOneOfTheLists()
    {
        var constants = new[] { typeof(SettingNames), typeof(AuthorizationServerSettings) }
            .SelectMany(static type => type.GetFields()).Where(static field => field.IsLiteral && field.FieldType == typeof(string)).Select(static field => (string)field.GetRawConstantValue()!);

        CollectionAssert.AreEquivalent(constants.ToArray(), SettingNames.Deployed.Concat(SettingNames.Development).ToArray());
    }

    [TestMethod]
    [DataRow("bicep/README.md")]
    [DataRow("bicep/modules/functionapp.bicep")]
    public void Names_OfADeployment_AreExactlyThoseThatTheAppReads(string file)
    {
        var path = Path.Combine(Root(), file);
        // A setting is a table's first cell, or a property.
        var set = Setting().Matches(File.ReadAllText(path)).Select(static match => match.Groups[1].Value).Distinct();

        CollectionAssert.AreEquivalent(SettingNames.Deployed.Where(static name => name != SettingNames.ClientId).ToArray(), set.ToArray());
    }

    [TestMethod]
    public void Names_InTheSample_AreKnown()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "functions/FunctionApp/local.settings.sample.json")));
        var names = sample.RootElement.GetProperty("Values").EnumerateObject().Select(static value => value.Name)
            .Where(static name => name.StartsWith("CURSORBROKER_", StringComparison.Ordinal) && !name.StartsWith("CURSORBROKER_SECRET_", StringComparison.Ordinal));

        Assert.AreEqual("", string.Join(", ", names.Except(SettingNames.Deployed).Except(SettingNames.Development)));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CursorBroker.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run in a checkout.");
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"^(?:\| `|\s+)(CURSORBROKER_[A-Z_]+)(?:` \||:)", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
