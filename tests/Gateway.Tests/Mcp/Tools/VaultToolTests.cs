using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Vault;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests.Mcp.Tools;

[TestClass]
public sealed class VaultToolTests
{
    private const string Masked = """
        {"value":"****abcdefghijklmnop****","id":"https://kv-dev.vault.azure.net/secrets/db/0123456789abcdef0123456789abcdef","attributes":{"enabled":true,"created":1577836801,"exp":1893456000},
         "tags":{"team":"payments","broker-masked":"true","broker-length":"16-31","broker-rule":"some-rule","broker-fingerprint":"PRINT"}}
        """;

    [TestMethod]
    public async Task ListSecrets_NamesThemAndSaysWhatComesNext()
    {
        var tool = new ToolUnderTest(new ListSecrets());
        tool.Api.On("GET /vaults/kv-dev/secrets?api-version=7.4&%24skiptoken=ab", """
            {"value":[{"id":"https://kv-dev.vault.azure.net/secrets/db","attributes":{"enabled":true}}],"nextLink":"https://b/vaults/kv-dev/secrets?api-version=7.4&$skiptoken=cd"}
            """);
        var data = await tool.DataAsync("""{"vault":"kv-dev","page":"ab"}""");
        Assert.AreEqual("db", (string?)data["secrets"]![0]!["name"]);
        Assert.AreEqual("cd", (string?)data["next"]);
    }

    [TestMethod]
    public async Task GetSecret_AsksForTheMaskUnlessTheValueIsAskedFor()
    {
        var tool = new ToolUnderTest(new GetSecret());
        tool.Api.On("GET /vaults/kv-dev/secrets/db?api-version=7.4&x-broker-reveal=mask", Masked);
        var data = await tool.DataAsync("""{"vault":"kv-dev","name":"db"}""");
        Assert.AreEqual((true, "16-31", "some-rule", "PRINT"), ((bool)data["masked"]!, (string?)data["length"], (string?)data["looks_like"], (string?)data["fingerprint"]));
        Assert.AreEqual("""{"team":"payments"}""", data["tags"]!.ToJsonString());

        tool.Api.On("GET /vaults/kv-dev/secrets/db?api-version=7.4&x-broker-reveal=value", """{"value":"open","id":"https://kv-dev.vault.azure.net/secrets/db/0123456789abcdef0123456789abcdef","attributes":{"enabled":true}}""");
        Assert.AreEqual((false, "open"), await tool.DataAsync("""{"vault":"kv-dev","name":"db","reveal":true}""") is var shown ? ((bool)shown["masked"]!, (string?)shown["value"]) : default);
    }

    [TestMethod]
    [DataRow("PRINT", true)]
    [DataRow("OTHER", false)]
    public async Task CompareSecrets_SaysWhetherTheyAreTheSameAndShowsNeither(string other, bool same)
    {
        var tool = new ToolUnderTest(new CompareSecrets());
        tool.Api.On("GET /vaults/kv-dev/secrets/db?api-version=7.4&x-broker-reveal=mask", Masked);
        tool.Api.On("GET /vaults/kv-prod/secrets/db?api-version=7.4&x-broker-reveal=mask", Masked.Replace("PRINT", other, StringComparison.Ordinal));
        var data = await tool.DataAsync("""{"vault":"kv-dev","name":"db","other_vault":"kv-prod"}""");
        Assert.AreEqual(same, (bool)data["same"]!);
        Assert.DoesNotContain("PRINT", data.ToJsonString());
    }

    [TestMethod]
    public async Task CompareSecrets_OneIsNotOpen_SaysSo()
    {
        var tool = new ToolUnderTest(new CompareSecrets());
        tool.Api.On("GET /vaults/kv-dev/secrets/db?api-version=7.4&x-broker-reveal=mask", Masked);
        tool.Api.Refuses("GET /vaults/kv-prod/secrets/db?api-version=7.4&x-broker-reveal=mask", RefusalKind.NotFound, "Vault not found, or not open to you.");
        Assert.Contains("Vault not found", await tool.ErrorAsync("""{"vault":"kv-dev","name":"db","other_vault":"kv-prod"}"""));
    }

    [TestMethod]
    public async Task CompareSecrets_WithoutAFingerprint_SaysNothingOfThem()
    {
        var tool = new ToolUnderTest(new CompareSecrets());
        var plain = Masked.Replace("\"broker-fingerprint\":\"PRINT\"", "\"broker-length\":\"1-7\"", StringComparison.Ordinal).Replace("\"broker-length\":\"16-31\",", "", StringComparison.Ordinal);
        tool.Api.On("GET /vaults/kv-dev/secrets/db?api-version=7.4&x-broker-reveal=mask", plain);
        tool.Api.On("GET /vaults/kv-dev/secrets/other?api-version=7.4&x-broker-reveal=mask", plain);
        Assert.Contains("so short or plain", await tool.ErrorAsync("""{"vault":"kv-dev","name":"db","other_name":"other"}"""));
    }

    [TestMethod]
    public async Task CompareSecrets_WithItself_IsAMistake() =>
        Assert.Contains("one and the same", await new ToolUnderTest(new CompareSecrets()).ProblemAsync("""{"vault":"kv-dev","name":"db","other_vault":"KV-DEV"}"""));

    [TestMethod]
    public async Task SetSecret_SendsTheValueAndTellsNothingOfIt()
    {
        var tool = new ToolUnderTest(new SetSecret());
        tool.Api.On("PUT /vaults/kv-dev/secrets/db?api-version=7.4", Masked);
        var data = await tool.DataAsync("""{"vault":"kv-dev","name":"db","value":"a new one"}""");
        Assert.AreEqual("""{"value":"a new one"}""", tool.Changed!.Body!.ToJsonString());
        Assert.AreEqual("0123456789abcdef0123456789abcdef", (string?)data["version"]);
        Assert.IsNull(data["value"]);
    }

    [TestMethod]
    public async Task RotateSecret_MakesUpAnotherValueEachTimeAndTellsNoneOfThem()
    {
        var values = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var tool = new ToolUnderTest(new RotateSecret());
            tool.Api.On("PUT /vaults/kv-dev/secrets/db?api-version=7.4", Masked);
            var data = await tool.DataAsync("""{"vault":"kv-dev","name":"db","length":40}""");
            var value = (string)tool.Changed!.Body!["value"]!;
            Assert.HasCount(40, value.ToCharArray());
            Assert.DoesNotContain(value, data.ToJsonString());
            values.Add(value);
        }

        Assert.HasCount(3, values);
    }

    [TestMethod]
    [DataRow("""{"vault":"kv dev","name":"db"}""")]
    [DataRow("""{"vault":"kv-dev/secrets/x","name":"db"}""")]
    [DataRow("""{"vault":"kv-dev","name":"db/../x"}""")]
    [DataRow("""{"vault":"kv-dev","name":"db%2fx"}""")]
    [DataRow("""{"vault":"kv-dev","name":"db?api-version=1"}""")]
    public async Task Attack_NameThatLeadsElsewhere_IsAnArgumentError(string arguments) => await new ToolUnderTest(new GetSecret()).ProblemAsync(arguments);

    [TestMethod]
    public void Definitions_HaveSchemasAndWords()
    {
        foreach (var tool in (IBrokerTool[])[new ListSecrets(), new GetSecret(), new SetSecret(), new RotateSecret(), new CompareSecrets()])
        {
            Assert.AreEqual(JsonValueKind.Object, tool.Definition.InputSchema.ValueKind);
            Assert.IsFalse(string.IsNullOrEmpty(tool.Definition.Description));
            Assert.IsTrue(JsonNode.Parse(tool.Definition.OutputSchema!.Value.GetRawText()) is JsonObject);
        }
    }
}
