using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.GitHub;

/// <summary>URLs of GitHub's in a JSON text become the broker's, and nothing else changes.</summary>
[TestClass]
public sealed class UrlRewriterTests
{
    private static readonly UpstreamUrls Urls = new(new UpstreamOptions(), FakeDesk.Links);
    private static readonly RepositoryIdentity Payments = new(7, RepositoryName.Parse("Acme/payments-api"));

    [TestMethod]
    [DataRow("url", "https://api.github.com/repos/a/b", "https://broker.example.com/api/v3/repos/a/b")]
    [DataRow("issues_url", "https://api.github.com/repos/a/b/issues{/number}", "https://broker.example.com/api/v3/repos/a/b/issues{/number}")]
    [DataRow("href", "https://api.github.com/repos/a/b/pulls/1", "https://broker.example.com/api/v3/repos/a/b/pulls/1")]
    [DataRow("self", "https://api.github.com/x", "https://broker.example.com/api/v3/x", DisplayName = "a link of contents")]
    [DataRow("url", "https://api.github.com/repositories/7/issues", "https://broker.example.com/api/v3/repos/Acme/payments-api/issues", DisplayName = "by the credential's own id")]
    [DataRow("url", "https://api.github.com/repositories/70/issues", "https://broker.example.com/api/v3/repositories/70/issues", DisplayName = "by another id")]
    [DataRow("upload_url", "https://uploads.github.com/repos/a/b/releases/1/assets{?name,label}", "https://broker.example.com/api/uploads/repos/a/b/releases/1/assets{?name,label}")]
    [DataRow("download_url", "https://raw.githubusercontent.com/a/b/main/x", "https://broker.example.com/raw/a/b/main/x")]
    [DataRow("download_url", "https://raw.githubusercontent.com/a/b/main/x?token=SECRET", "https://broker.example.com/raw/a/b/main/x", DisplayName = "a raw address holds a credential")]
    [DataRow("clone_url", "https://github.com/a/b.git", "https://broker.example.com/a/b.git")]
    [DataRow("git_url", "git://github.com/a/b.git", "https://broker.example.com/a/b.git")]
    [DataRow("git_url", "https://api.github.com/repos/a/b/git/blobs/1", "https://broker.example.com/api/v3/repos/a/b/git/blobs/1")]
    [DataRow("ssh_url", "git@github.com:a/b.git", "https://broker.example.com/a/b.git")]
    [DataRow("html_url", "https://github.com/a/b", "https://github.com/a/b", DisplayName = "a page for people stays")]
    [DataRow("url", "https://api.github.com.evil.example/x", "https://api.github.com.evil.example/x", DisplayName = "another host that begins alike")]
    [DataRow("body", "https://api.github.com/x", "https://api.github.com/x", DisplayName = "what people wrote stays")]
    [DataRow("url", "see https://api.github.com/x", "see https://api.github.com/x", DisplayName = "not at the beginning")]
    [DataRow("url", "https://api.git", "https://api.git", DisplayName = "the text ends before it is certain")]
    [DataRow("temp_clone_token", "AAAA", "")]
    [DataRow("temp_download_token", "AAAA", "", DisplayName = "what a runner is downloaded with is a credential")]
    [DataRow("download_url", "https://media.githubusercontent.com/media/a/b/main/x?token=SECRET", "https://media.githubusercontent.com/media/a/b/main/x", DisplayName = "a signature is good on any host")]
    [DataRow("artifact_url", "https://blob.example/results.zip?sig=SECRET", "https://blob.example/results.zip", DisplayName = "results with a signature")]
    [DataRow("bundle_url", "https://tma.blob.example/1.json.sn?sig=SECRET", "", DisplayName = "an attestation with a signature")]
    public void Text_OfAMember_BecomesTheBrokers(string member, string from, string to) =>
        Assert.AreEqual($$"""{"{{member}}":"{{to}}","after":1}""", Rewrite($$"""{"{{member}}":"{{from}}","after":1}"""));

    [TestMethod]
    public void Text_CutAnywhere_ComesOutTheSame()
    {
        const string json = """
            {"id":1,"url" : "https://api.github.com/repositories/7/x?y=\"z\"","body":"\"url\":\"https://api.github.com/\\","t":["https://api.github.com/",{"href":"https://api.git"}],
             "temp_clone_token":"A\"B","download_url":"https://raw.githubusercontent.com/a/b?token=A\"B","clone_url":"https://github.com/a/b.git","n":null,"url":"https:\/\/api.github.com/"}
            """;
        var whole = Rewrite(json);
        Assert.Contains("\"url\" : \"https://broker.example.com/api/v3/repos/Acme/payments-api/x?y=\\\"z\\\"\"", whole);
        Assert.Contains("\"temp_clone_token\":\"\",\"download_url\":\"https://broker.example.com/raw/a/b\",\"clone_url\":\"https://broker.example.com/a/b.git\"", whole);
        Assert.Contains("\"body\":\"\\\"url\\\":\\\"https://api.github.com/\\\\\",\"t\":[\"https://api.github.com/\",{\"href\":\"https://api.git\"}]", whole);
        for (var cut = 0; cut <= json.Length; cut++)
        {
            Assert.AreEqual(whole, Rewrite(json[..cut], json[cut..]), $"cut at {cut}");
        }

        Assert.AreEqual(whole, Rewrite([.. json.Select(static c => c.ToString())]), "byte by byte");
    }

    [TestMethod]
    public void Text_BrokenOff_IsWrittenAsFarAsItCame()
    {
        Assert.AreEqual("""{"url":"https://api.git""", Rewrite("""{"url":"https://api.git"""));
        Assert.AreEqual("""{"url":"https://broker.example.com/api/v3/""", Rewrite("""{"url":"https://api.github.com/"""));
    }

    [TestMethod]
    public async Task Body_Streamed_ComesOutAsWritten()
    {
        var upstream = new Pipe();
        var caller = new Pipe();
        var running = new UrlRewriter(Urls.For(Payments)).RunAsync(upstream.Reader, caller.Writer, CancellationToken.None);
        await upstream.Writer.WriteAsync("""[{"url":"https://api.gith"""u8.ToArray());
        await upstream.Writer.WriteAsync("""ub.com/x"}]"""u8.ToArray());
        await upstream.Writer.CompleteAsync();
        await running;
        await caller.Writer.CompleteAsync();

        using var read = new StreamReader(caller.Reader.AsStream());
        Assert.AreEqual("""[{"url":"https://broker.example.com/api/v3/x"}]""", await read.ReadToEndAsync());
    }

    [TestMethod]
    public void Link_TargetsBecomeTheBrokers_OthersAreLeftOut()
    {
        Assert.AreEqual(
            "<https://broker.example.com/api/v3/repos/Acme/payments-api/issues?page=2>; rel=\"next\", <https://broker.example.com/api/v3/x?page=9>; rel=\"last\"",
            Urls.OfLink("<https://api.github.com/repositories/7/issues?page=2>; rel=\"next\", <https://evil.example/>; rel=\"prev\", <https://api.github.com/x?page=9>; rel=\"last\"", Payments));
        Assert.IsNull(Urls.OfLink("<https://evil.example/>; rel=\"next\"", Payments));
    }

    private static string Rewrite(params string[] pieces)
    {
        var rewriter = new UrlRewriter(Urls.For(Payments));
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            rewriter.Write(Encoding.UTF8.GetBytes(piece), output);
        }

        rewriter.End(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
