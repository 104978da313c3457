using System.Text.Json.Nodes;

namespace CursorBroker.Clients.Tests;

/// <summary>Azure's client for JavaScript, from npm.</summary>
[TestClass]
public sealed class KeyVaultJsTests
{
    private const string Package = "@azure/keyvault-secrets@4.12.0";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Program_ReadsMasksListsSetsDeletesAndIsToldToWait()
    {
        await using var world = await VaultWorld.StartAsync(TestContext.CancellationToken);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "keyvault.mjs"), Path.Combine(world.Directory, "keyvault.mjs"));
        var installed = await ClientWorld.RunAsync(world.Directory, [], ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", world.Directory, Package], TestContext.CancellationToken);
        Assert.AreEqual(0, installed.ExitCode, installed.All);

        var ran = await ClientWorld.RunAsync(world.Directory, world.Environment, ["node", "keyvault.mjs", VaultWorld.Url, world.Token], TestContext.CancellationToken);

        Assert.AreEqual(0, ran.ExitCode, ran.All);
        var said = JsonNode.Parse(ran.Output)!;
        Assert.StartsWith("****", said["masked"]!.GetValue<string>());
        Assert.AreEqual("16-31", said["length"]!.GetValue<string>());
        Assert.AreEqual("enabled-for-the-pilot-group-2", said["open"]!.GetValue<string>());
        Assert.AreEqual(7, said["listed"]!.GetValue<int>(), ran.Output);
        Assert.AreEqual("set from JavaScript", said["value"]!.GetValue<string>());
        Assert.AreEqual(1, said["versions"]!.GetValue<int>());
        Assert.IsTrue(said["deleted"]!.GetValue<bool>());
        Assert.AreEqual(403, said["waits"]!["status"]!.GetValue<int>(), ran.Output);
        Assert.Contains("/approvals/a-", said["waits"]!["message"]!.GetValue<string>());
        Assert.AreEqual("Forbidden", said["denied"]!["code"]!.GetValue<string>());
    }
}
