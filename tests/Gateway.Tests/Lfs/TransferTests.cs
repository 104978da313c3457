using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

[TestClass]
public sealed class TransferTests
{
    private static readonly string Object = $"{LfsHarness.Repository}/objects/{LfsHarness.Object}";
    private static readonly string Named = $$"""{"oid":"{{LfsHarness.Oid}}","size":{{LfsHarness.Content.Length}}}""";

    [TestMethod]
    public async Task Download_ComesFromStorage_WithoutTheBrokersCredentialOrStoragesHeaders()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.GetAsync(Object);

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual(Encoding.UTF8.GetString(LfsHarness.Content), answer.Text);
        Assert.AreEqual("application/octet-stream", answer.Content.ContentType!.ToString());
        Assert.DoesNotContain("leak", answer.All);
        Assert.DoesNotContain("storage=1", answer.All);
        var sent = lfs.Sent[^1];
        Assert.AreEqual(LfsHarness.Storage, sent.RequestUri!.AbsoluteUri);
        Assert.IsNull(sent.Headers.Authorization);
        Assert.DoesNotContain(FakeVault.Secret, sent.ToString());
    }

    [TestMethod]
    public async Task Download_IsRecordedAsUnmasked_AndItsAddressIsNot()
    {
        await using var lfs = await LfsHarness.StartAsync();

        await lfs.GetAsync(Object);

        var end = await EndAsync(lfs);
        Assert.AreEqual(LfsHarness.Content.Length, end.BytesOut);
        Assert.IsTrue(end.Unmasked);
        Assert.DoesNotContain("verysecret", string.Join("\n", lfs.Pipeline.Ledger.Events));
        StringAssert.Contains(lfs.Pipeline.Ledger.Single<ForwardIntended>().Path, $"Acme/Payments-API.git/info/lfs/objects/{LfsHarness.Object}");
    }

    [TestMethod]
    public async Task Download_OfTheRest_AsksForTheRest()
    {
        await using var lfs = await LfsHarness.StartAsync();
        var length = LfsHarness.Content.Length;
        lfs.AtStorage = _ => new(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(LfsHarness.Content[5..]) { Headers = { ContentRange = new ContentRangeHeaderValue(5, length - 1, length) } } };

        var answer = await lfs.GetAsync(Object, $"bytes=5-{length - 1}");

        Assert.AreEqual(HttpStatusCode.PartialContent, answer.Status, answer.Text);
        Assert.AreEqual(Encoding.UTF8.GetString(LfsHarness.Content[5..]), answer.Text);
        Assert.AreEqual($"bytes=5-{length - 1}", lfs.Sent[^1].Headers.Range!.ToString());
        Assert.AreEqual($"bytes 5-{length - 1}/{length}", answer.Content.ContentRange!.ToString());
    }

    [TestMethod]
    [DataRow("bytes=0-1,3-4")]
    [DataRow("bytes=-5")]
    [DataRow("lines=1-2")]
    public async Task Download_OfAnotherRange_IsRefused(string range)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.GetAsync(Object, range)).Status);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Upload_GoesToStorage_WithItsLengthAndTheActionsHeaders(bool chunked)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PutAsync(Object, LfsHarness.Content, chunked);

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.AreEqual("", answer.Text);
        var sent = lfs.Sent[^1];
        Assert.AreEqual("PUT", sent.Method.Method);
        Assert.AreEqual(LfsHarness.Storage, sent.RequestUri!.AbsoluteUri);
        Assert.AreEqual(LfsHarness.StorageAuthorization, sent.Headers.GetValues("Authorization").Single());
        Assert.AreEqual(LfsHarness.Oid, sent.Headers.GetValues("x-amz-content-sha256").Single());
        Assert.AreEqual(LfsHarness.Content.Length, sent.Content!.Headers.ContentLength);
        Assert.AreEqual(Encoding.UTF8.GetString(LfsHarness.Content), lfs.Pipeline.Upstream.Bodies[^1]);
        Assert.AreEqual("contents:write", lfs.Pipeline.Vault.Asked.Single().Permissions.ToString());
    }

    [TestMethod]
    public async Task Upload_OfWhatCameMeanwhile_IsReadToItsEnd_AndDone()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => LfsHarness.Answer("{}");

        var answer = await lfs.PutAsync(Object, LfsHarness.Content);

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        Assert.IsTrue(lfs.Sent.All(static request => request.RequestUri!.Host == "git.upstream.example"));
    }

    [TestMethod]
    public async Task Verify_IsAskedWhereTheUpstreamWantsItTo()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync($"{Object}/verify", Named);

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Text);
        var sent = lfs.Sent[^1];
        Assert.AreEqual("https://codeload.upstream.example/verify?sig=verysecret", sent.RequestUri!.AbsoluteUri);
        Assert.AreEqual("RemoteAuth secretsignature", sent.Headers.GetValues("Authorization").Single());
        Assert.AreEqual(Named, lfs.Pipeline.Upstream.Bodies[^1]);
    }

    [TestMethod]
    public async Task Verify_WhereNobodyWantsIt_AsksWhetherTheObjectIsThere()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => LfsHarness.Answer("{}");
        Assert.AreEqual(HttpStatusCode.OK, (await lfs.PostAsync($"{Object}/verify", Named)).Status);

        lfs.Batch = static _ => LfsHarness.Answer($$"""{"upload":{"href":"{{LfsHarness.Storage}}"} }""");
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, (await lfs.PostAsync($"{Object}/verify", Named)).Status);
    }

    [TestMethod]
    [DataRow(403, HttpStatusCode.BadGateway)]
    [DataRow(404, HttpStatusCode.NotFound)]
    [DataRow(302, HttpStatusCode.BadGateway)]
    public async Task StorageRefuses_NothingOfItsWordsPasses(int status, HttpStatusCode expected)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtStorage = _ => new((HttpStatusCode)status) { Content = new StringContent("words of the storage"), Headers = { { "Location", "https://elsewhere.example/verysecret" } } };

        var answer = await lfs.GetAsync(Object);

        Assert.AreEqual(expected, answer.Status, answer.Text);
        Assert.DoesNotContain("words of the storage", answer.All);
        Assert.DoesNotContain("verysecret", answer.All);
    }

    private static async Task<ExchangeCompleted> EndAsync(LfsHarness lfs)
    {
        // The end is written behind the answer; the server waits for it when it stops.
        await lfs.Pipeline.DisposeAsync();
        return lfs.Pipeline.Ledger.Single<ExchangeCompleted>();
    }
}
