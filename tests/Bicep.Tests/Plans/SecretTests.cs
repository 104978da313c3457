using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>A deployment's inputs, outputs and settings are read by many: none of them is a secret.</summary>
[TestClass]
public sealed partial class SecretTests
{
    public static IEnumerable<object[]> Examples => Repository.Examples.Select(static example => new object[] { example });

    [TestMethod]
    public async Task Template_NoKeyIsEverRead()
    {
        var found = KeyRead().Match(await Template.TextAsync());

        Assert.IsFalse(found.Success, $"{found.Value}: a key that is read ends up in the deployment's history.");
    }

    [TestMethod]
    public async Task Template_TakesNoSecret()
    {
        foreach (var template in Template.Templates(await Template.RootAsync()))
        {
            foreach (var (name, parameter) in template["parameters"]!.AsObject())
            {
                Assert.IsFalse(
                    parameter!["type"]?.GetValue<string>() is "securestring" or "secureString" or "secureObject" or "secureobject",
                    $"{name}: secrets go to the key vault by hand, not through a deployment.");
            }

            foreach (var (name, _) in template["outputs"]?.AsObject() ?? [])
            {
                Assert.IsFalse(SecretName().IsMatch(name), $"The output {name} sounds like a secret.");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Settings_OfTheApp_NameSecretsAndHoldNone(string example)
    {
        foreach (var (name, value) in Plan.Of(example).Settings)
        {
            Assert.IsFalse(SecretValue().IsMatch(value), $"{name} holds a secret.");
            if (SecretName().IsMatch(name))
            {
                StringAssert.Matches(value, NameInTheVault(), $"{name} must be the name of a secret in the key vault.");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Outputs_HoldNoSecret(string example)
    {
        foreach (var (name, value) in Plan.Of(example).Outputs)
        {
            Assert.IsFalse(SecretName().IsMatch(name) || SecretValue().IsMatch(value), name);
        }
    }

    [GeneratedRegex(@"\blist[A-Z]?\w*\(|InstrumentationKey|getSecret")]
    private static partial Regex KeyRead();

    [GeneratedRegex("(_SECRET|_PASSWORD|_TOKEN|_KEY)$|secret|password|accountKey", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"AccountKey=|SharedAccessKey|[?&;]sig=|-----BEGIN|InstrumentationKey=|ghs_|Password=", RegexOptions.IgnoreCase)]
    private static partial Regex SecretValue();

    [GeneratedRegex("^[a-z0-9-]*$")]
    private static partial Regex NameInTheVault();
}
