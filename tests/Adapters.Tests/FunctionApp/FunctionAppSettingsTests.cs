using CursorBroker.FunctionApp.Settings;

namespace CursorBroker.Adapters.Tests.FunctionApp;

[TestClass]
public sealed class FunctionAppSettingsTests
{
    private readonly Dictionary<string, string> _deployed = new()
    {
        ["CURSORBROKER_URL"] = "https://broker.example.com",
        ["CURSORBROKER_GITHUB_APP_ID"] = "123456",
        ["CURSORBROKER_GITHUB_URL"] = "",
        ["CURSORBROKER_SIGNIN_ISSUER"] = "https://login.example/t/v2.0",
        ["CURSORBROKER_SIGNIN_CLIENT_ID"] = "pages",
        ["CURSORBROKER_GRAPH_TENANT"] = "t.example",
        ["CURSORBROKER_GRAPH_CLIENT_ID"] = "graph",
        ["CURSORBROKER_STORAGE_URL"] = "https://data.blob.core.windows.net/",
        ["CURSORBROKER_LEDGER_CONTAINER"] = "ledger",
        ["CURSORBROKER_STATE_CONTAINER"] = "state",
        ["CURSORBROKER_POLICY_CONTAINER"] = "policy",
        ["CURSORBROKER_POLICY_BLOB"] = "policy.yaml",
        ["CURSORBROKER_KEYVAULT_URL"] = "https://kv.vault.azure.net/",
        ["CURSORBROKER_KEYVAULT_APP_KEY_SECRET"] = "github-app-key",
        ["CURSORBROKER_KEYVAULT_STATE_KEY_SECRET"] = "state-key",
        ["CURSORBROKER_KEYVAULT_SIGNIN_SECRET"] = "signin-client",
        ["CURSORBROKER_KEYVAULT_GRAPH_SECRET"] = "graph-client",
        ["CURSORBROKER_MAIL_ENDPOINT"] = "https://mail.communication.azure.com",
        ["CURSORBROKER_MAIL_FROM"] = "broker@example.com",
        ["CURSORBROKER_BODY_LIMIT_MB"] = "200",
        ["CURSORBROKER_SPOOL_MB"] = "600",
        ["CURSORBROKER_CALLER_POINTS"] = "3000",
        ["CURSORBROKER_SIGNED_HOSTS"] = "lfs.example.com, store*.example.com",
        ["AZURE_CLIENT_ID"] = "11111111-0000-0000-0000-000000000000",
    };

    [TestMethod]
    public void Read_WhatADeploymentSets_IsWhatIsUsed()
    {
        var settings = Read(_deployed);

        Assert.AreEqual("https://broker.example.com/", settings.Url.AbsoluteUri);
        Assert.AreEqual(("https://github.com/", "https://api.github.com/"), (settings.Git.AbsoluteUri, settings.Api.AbsoluteUri));
        Assert.AreEqual(("https://login.example/t/v2.0", "pages"), settings.SignIn);
        Assert.AreEqual("signin-client", settings.SignInSecret);
        Assert.AreEqual(("t.example", "graph", "graph-client"), settings.Graph);
        Assert.AreEqual("https://data.blob.core.windows.net/policy/policy.yaml", settings.Storage.Policy!.AbsoluteUri);
        Assert.AreEqual(("ledger", "state", null), (settings.Storage.LedgerContainer, settings.Storage.StateContainer, settings.Storage.ConnectionString));
        Assert.AreEqual(("https://kv.vault.azure.net/", "github-app-key", null), (settings.KeyVault!.AbsoluteUri, settings.AppKeySecret, settings.AppKeyFile));
        Assert.AreEqual("state-key", settings.StateKeySecret);
        Assert.AreEqual("broker@example.com", settings.Mail!.Value.From);
        Assert.AreEqual((200L << 20, 600L << 20), (settings.BodyLimit, settings.Spool));
        Assert.AreEqual((3000, 1000), (settings.Limits.CallerPointsPerMinute, settings.Limits.CallerBurst));
        CollectionAssert.IsSubsetOf(new[] { "codeload.github.com", "lfs.example.com", "store*.example.com" }, settings.SignedHosts);
        Assert.AreEqual("11111111-0000-0000-0000-000000000000", settings.ClientId);
    }

    [TestMethod]
    public void Read_WhatMayBeEmpty_CountsAsAbsent()
    {
        foreach (var name in new[] { "GITHUB_URL", "SIGNIN_ISSUER", "SIGNIN_CLIENT_ID", "GRAPH_TENANT", "GRAPH_CLIENT_ID", "KEYVAULT_GRAPH_SECRET", "MAIL_ENDPOINT", "MAIL_FROM", "CALLER_POINTS", "SIGNED_HOSTS" })
        {
            _deployed["CURSORBROKER_" + name] = " ";
        }

        var settings = Read(_deployed);

        Assert.IsTrue(settings is { SignIn: null, Graph: null, Mail: null, Limits.CallerPointsPerMinute: 900 });
        CollectionAssert.DoesNotContain(settings.SignedHosts, "lfs.example.com");
    }

    [TestMethod]
    public void Read_AGitHubServer_HasItsApiBesideIt()
    {
        _deployed["CURSORBROKER_GITHUB_URL"] = "https://github.example.com";

        Assert.AreEqual("https://github.example.com/api/v3/", Read(_deployed).Api.AbsoluteUri);
    }

    [TestMethod]
    public void Read_Nothing_SaysEveryProblemAtOnce_EachWithItsName()
    {
        var refused = Assert.ThrowsExactly<SettingsException>(() => Read([]));

        CollectionAssert.AreEquivalent(
            new[] { "CURSORBROKER_URL", "CURSORBROKER_GITHUB_APP_ID", "CURSORBROKER_STORAGE_URL", "CURSORBROKER_POLICY_FILE", "CURSORBROKER_KEYVAULT_URL" },
            refused.Problems.Select(static problem => problem.Split(' ')[0]).ToArray());
        Assert.IsTrue(refused.Problems.All(static problem => problem.Contains("Set it to", StringComparison.Ordinal)));
        Assert.IsTrue(refused.Problems.All(problem => refused.Message.Contains(problem, StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("CURSORBROKER_URL", "http://broker.example.com", DisplayName = "Without TLS")]
    [DataRow("CURSORBROKER_URL", "https://broker.example.com/below", DisplayName = "With a path")]
    [DataRow("CURSORBROKER_URL", "broker.example.com", DisplayName = "A name alone")]
    [DataRow("CURSORBROKER_CALLER_POINTS", "14")]
    [DataRow("CURSORBROKER_CALLER_POINTS", "many")]
    [DataRow("CURSORBROKER_SIGNED_HOSTS", "*", DisplayName = "Every host")]
    [DataRow("CURSORBROKER_SIGNED_HOSTS", "*.com", DisplayName = "Every host of a top-level domain")]
    [DataRow("CURSORBROKER_SIGNED_HOSTS", "store.*.com", DisplayName = "A star in the last two labels")]
    [DataRow("CURSORBROKER_SIGNED_HOSTS", "lfs.example.com, https://store.example.com/", DisplayName = "An address")]
    [DataRow("CURSORBROKER_SIGNED_HOSTS", "lfs..example.com", DisplayName = "An empty label")]
    [DataRow("CURSORBROKER_GITHUB_URL", "http://github.example.com")]
    [DataRow("CURSORBROKER_SIGNIN_ISSUER", "http://login.example")]
    [DataRow("CURSORBROKER_SIGNIN_CLIENT_ID", "", DisplayName = "Half a sign-in")]
    [DataRow("CURSORBROKER_GRAPH_TENANT", "")]
    [DataRow("CURSORBROKER_GRAPH_TENANT", "a/../b", DisplayName = "A tenant that leads elsewhere")]
    [DataRow("CURSORBROKER_KEYVAULT_GRAPH_SECRET", "")]
    [DataRow("CURSORBROKER_STORAGE_URL", "https://user@data.example/", DisplayName = "A user in the address")]
    [DataRow("CURSORBROKER_STORAGE_URL", "https://data.example/?sig=1", DisplayName = "A signature in the address")]
    [DataRow("CURSORBROKER_STATE_CONTAINER", "ledger", DisplayName = "State in the ledger's container")]
    [DataRow("CURSORBROKER_POLICY_CONTAINER", "")]
    [DataRow("CURSORBROKER_POLICY_BLOB", "")]
    [DataRow("CURSORBROKER_KEYVAULT_URL", "http://kv.vault.azure.net/")]
    [DataRow("CURSORBROKER_KEYVAULT_APP_KEY_SECRET", "")]
    [DataRow("CURSORBROKER_KEYVAULT_STATE_KEY_SECRET", "", DisplayName = "A key ring that lies open")]
    [DataRow("CURSORBROKER_MAIL_FROM", "")]
    [DataRow("CURSORBROKER_BODY_LIMIT_MB", "0")]
    [DataRow("CURSORBROKER_BODY_LIMIT_MB", "-1")]
    [DataRow("CURSORBROKER_BODY_LIMIT_MB", "4096")]
    [DataRow("CURSORBROKER_SPOOL_MB", "many")]
    public void Read_ASettingThatMakesNoSense_IsNamed_AndTheValueIsNot(string name, string value)
    {
        _deployed[name] = value;

        var refused = Assert.ThrowsExactly<SettingsException>(() => Read(_deployed));

        Assert.IsTrue(refused.Problems.Any(problem => problem.Contains(name, StringComparison.Ordinal)), refused.Message);
        Assert.DoesNotContain("sig=1", refused.Message);
    }

    [TestMethod]
    public void Read_OnADevelopersMachine_TakesTheEmulator_AndFiles()
    {
        var file = typeof(FunctionAppSettingsTests).Assembly.Location;
        var settings = Read(new()
        {
            ["CURSORBROKER_URL"] = "http://localhost:7071",
            ["CURSORBROKER_GITHUB_APP_ID"] = "1",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["CURSORBROKER_POLICY_FILE"] = file,
            ["CURSORBROKER_GITHUB_APP_KEY_FILE"] = file,
        });

        Assert.AreEqual(("UseDevelopmentStorage=true", file, file), (settings.Storage.ConnectionString, settings.Storage.PolicyFile, settings.AppKeyFile));
        Assert.IsNull(settings.Storage.Policy);
        Assert.DoesNotContain("UseDevelopmentStorage", settings.ToString());
    }

    [TestMethod]
    public void Read_AFileThatIsNotThere_IsSaid()
    {
        var refused = Assert.ThrowsExactly<SettingsException>(() => Read(new()
        {
            ["CURSORBROKER_URL"] = "http://localhost:7071",
            ["CURSORBROKER_GITHUB_APP_ID"] = "1",
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["CURSORBROKER_POLICY_FILE"] = "/nowhere/policy.yaml",
            ["CURSORBROKER_GITHUB_APP_KEY_FILE"] = "/nowhere/key.pem",
        }));

        Assert.HasCount(2, refused.Problems);
    }

    private static FunctionAppSettings Read(Dictionary<string, string> environment) => FunctionAppSettings.Read(environment.GetValueOrDefault);
}
