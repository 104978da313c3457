using System.Net;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

/// <summary>Ways to get at objects, addresses and credentials that are not one's own, each named.</summary>
[TestClass]
public sealed class LfsAttackTests
{
    private const string Batch = $"{LfsHarness.Repository}/objects/batch";
    private static readonly string Object = $"{LfsHarness.Repository}/objects/{LfsHarness.Object}";

    [TestMethod]
    [DataRow("download")]
    [DataRow("upload")]
    public async Task Batch_SignedAddressAndItsHeaders_NeverReachTheCaller(string operation)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, LfsHarness.BatchOf(operation));

        Assert.AreEqual(HttpStatusCode.OK, answer.Status);
        foreach (var secret in (string[])["verysecret", "secretsignature", "codeload", FakeVault.Secret])
        {
            Assert.DoesNotContain(secret, answer.All);
        }
    }

    [TestMethod]
    [DataRow("/acme/other/info/lfs", DisplayName = "of a repository that no rule covers")]
    [DataRow("/acme/nothing-there/info/lfs", DisplayName = "of none")]
    public async Task Transfer_AddressOfAnotherRepository_IsDecidedAnew(string repository)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answers = new[] { await lfs.GetAsync($"{repository}/objects/{LfsHarness.Object}"), await lfs.PutAsync($"{repository}/objects/{LfsHarness.Object}", LfsHarness.Content) };

        Assert.IsTrue(answers.All(static answer => answer.Status == HttpStatusCode.NotFound && answer.Message == "CursorBroker: Repository not found."));
        Assert.IsEmpty(lfs.Sent);
        Assert.IsEmpty(lfs.Pipeline.Vault.Asked);
    }

    [TestMethod]
    public async Task Transfer_AddressInAnotherPersonsHands_IsDecidedForThatPerson()
    {
        await using var lfs = await LfsHarness.StartAsync();
        Assert.AreEqual(HttpStatusCode.OK, (await lfs.GetAsync(Object)).Status);

        lfs.Pipeline.Authenticator.Instead = new AuthenticationOutcome.Authenticated(LfsHarness.Other with { Groups = [] });

        Assert.AreEqual(HttpStatusCode.NotFound, (await lfs.GetAsync(Object)).Status);
    }

    [TestMethod]
    public async Task Transfer_AddressWithoutACredential_IsNoCredential()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Client.DefaultRequestHeaders.Remove("Authorization");

        Assert.AreEqual(HttpStatusCode.Unauthorized, (await lfs.GetAsync(Object)).Status);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await lfs.PutAsync(Object, LfsHarness.Content)).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task Transfer_AddressFromBeforeARightWasTaken_OpensNothing()
    {
        await using var lfs = await LfsHarness.StartAsync();
        await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload"));
        lfs.Pipeline.PolicyInForce.Current = PolicyCompiler.Compile(LfsHarness.Policy.Replace("allow: { contents: write }, refs: { push: [\"cursor/**\"] }", "allow: { contents: read }", StringComparison.Ordinal)).Policy;
        var before = lfs.Sent.Count;

        var answer = await lfs.PutAsync(Object, LfsHarness.Content);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, answer.Text);
        Assert.HasCount(before, lfs.Sent);
    }

    [TestMethod]
    public async Task Transfer_AddressOfADownloadUsedForAnUpload_NeedsWhatAnUploadNeeds()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PutAsync($"/acme/read/info/lfs/objects/{LfsHarness.Object}", LfsHarness.Content);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status);
        StringAssert.Contains(answer.Message, "This needs contents:write");
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("/acme/some-refs/info/lfs")]
    [DataRow("/acme/some-paths/info/lfs")]
    [DataRow("/acme/closed/info/lfs")]
    public async Task Download_WithoutABatch_ByWhoMayNotReadEverything_IsRefused(string repository)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.Forbidden, (await lfs.GetAsync($"{repository}/objects/{LfsHarness.Object}")).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("{0}/0{1}", DisplayName = "a zero before the size")]
    [DataRow("{0}/-1", DisplayName = "a size below nothing")]
    [DataRow("{0}/9999999999999999", DisplayName = "a size beyond all")]
    [DataRow("{0}/0", DisplayName = "nothing at all under the name of something")]
    [DataRow("{0}0/{1}", DisplayName = "a longer name")]
    [DataRow("../{0}/{1}", DisplayName = "a step up")]
    [DataRow("{0}/{1}/", DisplayName = "a segment without a name")]
    [DataRow("%61/{1}", DisplayName = "something encoded")]
    [DataRow("{0}/{1}/download", DisplayName = "something more")]
    public async Task Transfer_AddressThatIsNotTheOneWayToWriteIt_IsRefused(string path)
    {
        await using var lfs = await LfsHarness.StartAsync();
        using var client = new RawClient(lfs.Client.BaseAddress!);

        var status = await client.GetAsync($"{LfsHarness.Repository}/objects/{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, LfsHarness.Oid, LfsHarness.Content.Length)}");

        Assert.IsTrue(status is 400 or 404, $"{status}");
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task Transfer_OidInCapitals_IsRefused()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.NotFound, (await lfs.GetAsync($"{LfsHarness.Repository}/objects/{LfsHarness.Oid.ToUpperInvariant()}/{LfsHarness.Content.Length}")).Status);
    }

    [TestMethod]
    public async Task Download_WithAnotherSize_IsOfNoObject()
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.GetAsync($"{LfsHarness.Repository}/objects/{LfsHarness.Oid}/5");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.IsTrue(lfs.Sent.All(static request => request.RequestUri!.Host == "git.upstream.example"));
    }

    [TestMethod]
    [DataRow("WHAT the object holds", DisplayName = "other content of the same length")]
    [DataRow("what the object", DisplayName = "less")]
    [DataRow("what the object holds, and more", DisplayName = "more")]
    [DataRow("", DisplayName = "nothing")]
    public async Task Upload_OfOtherContentThanItsOid_NeverArrivesWhole(string content)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PutAsync(Object, Encoding.UTF8.GetBytes(content));

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.Status, answer.Text);
        Assert.IsFalse(lfs.Pipeline.Upstream.Bodies.Any(body => body.Length > 0 && body == content), "The content arrived.");
    }

    [TestMethod]
    public async Task Upload_OfOtherContentThanItsOid_WhereTheObjectIsThere_IsRefusedAllTheSame()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => LfsHarness.Answer("{}");

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, (await lfs.PutAsync(Object, Encoding.UTF8.GetBytes("WHAT the object holds"))).Status);
    }

    [TestMethod]
    public async Task Upload_WhoseLengthIsAnother_IsRefusedBeforeAnythingIsRead()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, (await lfs.PutAsync(Object, LfsHarness.Content[1..], chunked: false)).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("https://evil.example/objects/one", "download")]
    [DataRow("https://codeload.upstream.example.evil.example/one", "download")]
    [DataRow("https://codeload.upstream.example@evil.example/one", "upload")]
    [DataRow("http://codeload.upstream.example/one", "upload")]
    [DataRow("https://codeload.upstream.example:8443/one", "download")]
    [DataRow("https://169.254.169.254/latest/meta-data", "download")]
    [DataRow("file:///etc/passwd", "download")]
    [DataRow("objects/one", "download")]
    public async Task Action_ToAHostThatIsNotListed_IsNotFollowed(string href, string operation)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = _ => LfsHarness.Answer(operation == "download" ? LfsHarness.DownloadAction(href) : LfsHarness.UploadActions(href));

        var batch = await lfs.PostAsync(Batch, LfsHarness.BatchOf(operation));
        var transfer = operation == "download" ? await lfs.GetAsync(Object) : await lfs.PutAsync(Object, LfsHarness.Content);

        Assert.AreEqual(HttpStatusCode.BadGateway, batch.Status, batch.Text);
        Assert.AreEqual(HttpStatusCode.BadGateway, transfer.Status, transfer.Text);
        Assert.IsTrue(lfs.Sent.All(static request => request.RequestUri!.Host == "git.upstream.example"));
    }

    [TestMethod]
    [DataRow("""{"Host":"evil.example"}""")]
    [DataRow("""{"Content-Length":"3"}""")]
    [DataRow("""{"Transfer-Encoding":"gzip, chunked"}""")]
    [DataRow("""{"Connection":"close"}""")]
    [DataRow("""{"Cookie":"a=b"}""")]
    [DataRow("""{"X-Forwarded-For":"10.0.0.1"}""")]
    [DataRow("""{"Authorization":"one","authorization":"two"}""")]
    [DataRow("""{"Authorization":"one\r\nX-Smuggled: two"}""")]
    [DataRow("""{"x-amz-a\r\nX-Smuggled: two":"one"}""")]
    [DataRow("""{"x-amz-date":1}""")]
    [DataRow("""["Authorization"]""")]
    public async Task Action_HeaderSmuggledThroughItsDictionary_IsNotSent(string header)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = _ => LfsHarness.Answer(LfsHarness.UploadActions(header: header));

        var answer = await lfs.PutAsync(Object, LfsHarness.Content);

        Assert.AreEqual(HttpStatusCode.BadGateway, answer.Status, answer.Text);
        Assert.IsTrue(lfs.Sent.All(static request => request.RequestUri!.Host == "git.upstream.example"));
    }

    [TestMethod]
    public async Task Transfer_HeadersOfTheCaller_GoNowhere()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Client.DefaultRequestHeaders.TryAddWithoutValidation("x-amz-acl", "public-read");
        lfs.Client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", "mine=1");

        Assert.AreEqual(HttpStatusCode.OK, (await lfs.PutAsync(Object, LfsHarness.Content)).Status);

        Assert.IsFalse(lfs.Sent.Any(static request => request.Headers.Contains("x-amz-acl") || request.Headers.Contains("Cookie")));
        Assert.IsFalse(lfs.Sent.Any(static request => request.ToString().Contains(FakeAuthenticator.GoodToken, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Batch_NamingTenThousandObjects_IsTooLarge()
    {
        await using var lfs = await LfsHarness.StartAsync();
        var objects = string.Join(',', Enumerable.Range(0, 10_000).Select(static i => $$"""{"oid":"{{i:x64}}","size":1}"""));

        var whole = await lfs.PostAsync(Batch, $$"""{"operation":"download","objects":[{{objects}}]}""");
        var some = await lfs.PostAsync(Batch, $$"""{"operation":"download","objects":[{{string.Join(',', objects.Split("},{").Take(1001).Select(static each => "{" + each.Trim('{', '}') + "}"))}}]}""");

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, whole.Status, whole.Text);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, some.Status, some.Text);
        StringAssert.Contains(some.Message, "lfs.transfer.batchSize");
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("""{"operation":"download","operation":"upload","objects":[OBJECT]}""", DisplayName = "an operation twice")]
    [DataRow("""{"operation":"download","objects":[OBJECT],"objects":[OBJECT]}""", DisplayName = "objects twice")]
    [DataRow("""{"operation":"download","objects":[{"oid":"OID","oid":"OID","size":1}]}""", DisplayName = "an oid twice")]
    [DataRow("""{"operation":"download","objects":[OBJECT,OBJECT]}""", DisplayName = "an object twice")]
    [DataRow("""{"operation":"Download","objects":[OBJECT]}""", DisplayName = "an operation in capitals")]
    [DataRow("""{"operation":"verify","objects":[OBJECT]}""", DisplayName = "another operation")]
    [DataRow("""{"operation":null,"objects":[OBJECT]}""", DisplayName = "no operation")]
    [DataRow("""{"operation":"download","objects":[]}""", DisplayName = "no objects")]
    [DataRow("""{"operation":"download","objects":{}}""", DisplayName = "objects that are no list")]
    [DataRow("""{"operation":"download","objects":[{"oid":"OID","size":1.5}]}""", DisplayName = "half a byte")]
    [DataRow("""{"operation":"download","objects":[{"oid":"OID","size":"1"}]}""", DisplayName = "a size in quotes")]
    [DataRow("""{"operation":"download","objects":[{"oid":"OID","size":-1}]}""", DisplayName = "a size below nothing")]
    [DataRow("""{"operation":"download","objects":[{"oid":"../../OID","size":1}]}""", DisplayName = "an oid that is a path")]
    [DataRow("""{"operation":"download","objects":[{"oid":"\ud800","size":1}]}""", DisplayName = "half a character")]
    [DataRow("""{"operation":"download","hash_algo":"sha1","objects":[OBJECT]}""", DisplayName = "another hash")]
    [DataRow("""{"operation":"download","transfers":["tus","custom"],"objects":[OBJECT]}""", DisplayName = "another transfer")]
    [DataRow("""[{"operation":"download","objects":[OBJECT]}]""", DisplayName = "a list")]
    [DataRow("""{"operation":"download","objects":[OBJECT]} {}""", DisplayName = "something behind it")]
    [DataRow("""{"operation":"download",/* */"objects":[OBJECT]}""", DisplayName = "a comment")]
    public async Task Batch_ThatCouldBeReadInTwoWays_IsRefused(string json)
    {
        await using var lfs = await LfsHarness.StartAsync();

        var answer = await lfs.PostAsync(Batch, json.Replace("OBJECT", $$"""{"oid":"{{LfsHarness.Oid}}","size":1}""", StringComparison.Ordinal).Replace("OID", LfsHarness.Oid, StringComparison.Ordinal));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, answer.Text);
        Assert.IsEmpty(lfs.Sent);
        Assert.IsEmpty(lfs.Pipeline.Vault.Asked);
    }

    [TestMethod]
    [DataRow("application/json")]
    [DataRow("text/plain")]
    [DataRow("application/vnd.git-lfs+json; charset=utf-16")]
    public async Task Batch_OfAnotherType_IsRefused(string type)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"), type)).Status);
    }

    [TestMethod]
    [DataRow("main", DisplayName = "a short name")]
    [DataRow("refs/heads/../heads/cursor/x", DisplayName = "a step up")]
    [DataRow("refs/heads/cursor/*", DisplayName = "a pattern")]
    [DataRow("refs/heads/cursor/x:refs/heads/main", DisplayName = "two in one")]
    [DataRow("refs/heads/cursor/x\\u0000", DisplayName = "a zero behind it")]
    public async Task Batch_RefThatIsNone_IsRefused(string named)
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", $$""" "ref":{"name":"{{named}}"}, """))).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    public async Task Batch_RefThatMayBePushedBesideOneThatMayNot_IsRefused()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", """ "ref":{"name":"refs/heads/cursor/x","name":"refs/heads/main"}, """))).Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", """ "ref":{"name":["refs/heads/cursor/x"]}, """))).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("upload", """ "ref":{"name":"refs/heads/Cursor/x"}, """))).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task Upload_OfAMaskOrASecret_IsRefusedAndNeverWholeAtStorage(bool mask, bool chunked)
    {
        await using var lfs = await LfsHarness.StartAsync();
        var line = $"TOKEN={MadeSecrets.Token()}";
        var content = Encoding.UTF8.GetBytes($"{new string('x', 300_000)}\n{(mask ? MadeSecrets.Masked(line) : line)}\n{new string('y', 300_000)}");
        var oid = Convert.ToHexStringLower(SHA256.HashData(content));
        lfs.Batch = _ => LfsHarness.Answer(LfsHarness.UploadActions(), oid, content.Length);

        var answer = await lfs.PutAsync($"{LfsHarness.Repository}/objects/{oid}/{content.Length}", content, chunked);

        Assert.AreEqual(mask ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Forbidden, answer.Status, answer.Text);
        StringAssert.Contains(answer.Text, $"LFS object {oid[..7]}:2", StringComparison.Ordinal);
        Assert.DoesNotContain(MadeSecrets.Token(), answer.All);
        Assert.IsFalse(lfs.Pipeline.Upstream.Bodies.Exists(body => body.Length >= content.Length), "storage has all of it");
    }

    [TestMethod]
    public async Task Answer_AboutAnObjectThatWasNotAskedFor_IsNotRelayed()
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = static _ => LfsHarness.Answer(LfsHarness.DownloadAction(), oid: new string('a', 64));

        Assert.AreEqual(HttpStatusCode.BadGateway, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"))).Status);
        Assert.AreEqual(HttpStatusCode.BadGateway, (await lfs.GetAsync(Object)).Status);
    }

    [TestMethod]
    [DataRow("""{"objects":[]}""", DisplayName = "nothing about what was asked")]
    [DataRow("""{"transfer":"custom","objects":[]}""", DisplayName = "another transfer")]
    [DataRow("""{"message":"no"}""", DisplayName = "no objects")]
    [DataRow("""not json""", DisplayName = "no JSON")]
    public async Task Answer_ThatMakesNoSense_IsNotRelayed(string json)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.Batch = _ => json;

        Assert.AreEqual(HttpStatusCode.BadGateway, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"))).Status);
    }

    [TestMethod]
    public async Task Answer_LongerThanItMayBe_IsNotRelayed()
    {
        await using var lfs = await LfsHarness.StartAsync(new() { MaxAnswerBytes = 1000 });
        lfs.Batch = static _ => LfsHarness.Answer(LfsHarness.DownloadAction()) + new string(' ', 1000);

        Assert.AreEqual(HttpStatusCode.BadGateway, (await lfs.PostAsync(Batch, LfsHarness.BatchOf("download"))).Status);
    }

    [TestMethod]
    [DataRow(30, DisplayName = "longer")]
    [DataRow(5, DisplayName = "shorter")]
    public async Task Download_OfAnotherLengthThanItsName_IsNotRelayed(int length)
    {
        await using var lfs = await LfsHarness.StartAsync();
        lfs.AtStorage = _ => new(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[length]) };

        Assert.AreEqual(HttpStatusCode.BadGateway, (await lfs.GetAsync(Object)).Status);
    }

    [TestMethod]
    public async Task Verify_OfAnotherObjectThanItsAddress_IsRefused()
    {
        await using var lfs = await LfsHarness.StartAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, (await lfs.PostAsync($"{Object}/verify", $$"""{"oid":"{{LfsHarness.Oid}}","size":1}""")).Status);
        Assert.IsEmpty(lfs.Sent);
    }

    [TestMethod]
    [DataRow("DELETE", "objects/batch")]
    [DataRow("GET", "objects/batch")]
    [DataRow("PUT", "locks")]
    [DataRow("POST", "objects")]
    [DataRow("GET", "")]
    public async Task Request_ThatIsNotLfss_IsNotKnown(string method, string path)
    {
        await using var lfs = await LfsHarness.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{LfsHarness.Repository}/{path}", UriKind.Relative));

        using var answer = await lfs.Client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
