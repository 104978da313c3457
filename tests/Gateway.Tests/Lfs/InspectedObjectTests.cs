using System.Net;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Audit;

namespace CursorBroker.Gateway.Tests.Lfs;

[TestClass]
public sealed class InspectedObjectTests
{
    private const string Repository = "/acme/inspected/info/lfs";

    // In two parts, so that this file is none.
    private const string Secret = "ghp_" + "OVZnPOZBwDtCC2yBPMakCj284vFOifNCkRqDr6t";

    [TestMethod]
    public async Task Batch_OfDownloads_IsAnswered()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync($"{Repository}/objects/batch", LfsHarness.BatchOf("download"));

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.Contains($"/acme/inspected.git/info/lfs/objects/{LfsHarness.Object}", answer.Text);
    }

    [TestMethod]
    public async Task Object_WithoutASecret_Passes()
    {
        await using var lfs = await LfsHarness.StartAsync();

        // Attack: of a part nobody can tell; the whole comes instead, as a server may answer.
        var answer = await lfs.GetAsync($"{Repository}/objects/{LfsHarness.Object}", $"bytes=5-{LfsHarness.Content.Length - 1}");

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual(Encoding.UTF8.GetString(LfsHarness.Content), answer.Text);
        Assert.IsNull(lfs.Sent[^1].Headers.Range);
        await lfs.Pipeline.DisposeAsync();
        Assert.IsNotNull(lfs.Pipeline.Ledger.Single<ExchangeCompleted>().Inspected);
    }

    [TestMethod]
    public async Task Object_WithASecret_IsRefusedInLfssJson()
    {
        await using var lfs = await LfsHarness.StartAsync();
        var content = Encoding.ASCII.GetBytes($"one\n{Secret}\n");
        var oid = Convert.ToHexStringLower(SHA256.HashData(content));
        lfs.Batch = _ => LfsHarness.Answer(LfsHarness.DownloadAction(), oid, content.Length);
        lfs.AtStorage = _ => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

        var answer = await lfs.GetAsync($"{Repository}/objects/{oid}/{content.Length}");

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, answer.Text);
        Assert.Contains($"LFS object {oid}:2 (rule github-personal-access-token)", answer.Message);
        Assert.DoesNotContain(Secret, answer.All);
    }
}
