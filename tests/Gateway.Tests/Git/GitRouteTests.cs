using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;
using static CursorBroker.Gateway.Tests.Git.GitCall;

namespace CursorBroker.Gateway.Tests.Git;

[TestClass]
public sealed class GitRouteTests
{
    [TestMethod]
    [DataRow("/acme/pay/info/refs?service=git-upload-pack", "git.read")]
    [DataRow("/acme/pay.git/info/refs?service=git-upload-pack", "git.read")]
    [DataRow("/ACME/Pay.git/info/refs?service=git-upload-pack", "git.read", DisplayName = "other case names the same repository")]
    [DataRow("/acme/pay.git/info/refs?service=git-receive-pack", "git.prepare-push")]
    public async Task Classify_InfoRefs_NamesRepositoryAndOperation(string target, string operation)
    {
        var request = await new GitCall("GET", target).UnderstoodAsync();

        var only = request.Operations.Single();
        Assert.AreEqual(operation, only.Details.Name);
        Assert.AreEqual(RepositoryName.Parse("acme/pay"), ((RepositoryTarget)only.Target).Repository);
    }

    [TestMethod]
    [DataRow("GET", "/acme/../other/pay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "parent segment")]
    [DataRow("GET", "/acme/../info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = "parent as name")]
    [DataRow("GET", "/acme/%2e%2e/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "encoded parent")]
    [DataRow("GET", "/acme/pay%2Fother/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "encoded slash")]
    [DataRow("GET", "/acme%2fpay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "encoded slash between owner and name")]
    [DataRow("GET", "/acme/p%61y/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "needless encoding")]
    [DataRow("GET", "/acme/./pay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "dot segment")]
    [DataRow("GET", "/acme//pay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "empty segment")]
    [DataRow("GET", "//acme/pay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "double slash in front")]
    [DataRow("GET", "/acme/pay/info/refs/?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "trailing slash")]
    [DataRow("GET", "/acme/pay;x/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "path parameter")]
    [DataRow("GET", "/acme/pay\\x/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "backslash")]
    [DataRow("GET", "/acme/pay\u00e4/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "not ASCII")]
    [DataRow("GET", "http://other/acme/pay/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "absolute form")]
    [DataRow("GET", "/acme/pay.git.git/info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = ".git twice")]
    [DataRow("GET", "/acme/pay.GIT/info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = ".git in capitals")]
    [DataRow("GET", "/acme/.git/info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = ".git alone")]
    [DataRow("GET", "/acme/pay.wiki.git/info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = "the wiki is another repository")]
    [DataRow("GET", "/-acme/pay/info/refs?service=git-upload-pack", RefusalKind.NotFound, DisplayName = "owner like an option")]
    [DataRow("GET", "/acme/pay/extra/info/refs?service=git-upload-pack", RefusalKind.Malformed, DisplayName = "one segment more")]
    [DataRow("GET", "/acme/pay/info/refs", RefusalKind.NotSupported, DisplayName = "dumb HTTP")]
    [DataRow("GET", "/acme/pay/info/refs?service=git-upload-archive", RefusalKind.NotSupported, DisplayName = "unknown service")]
    [DataRow("GET", "/acme/pay/info/refs?service=git-upload-pack&x=1", RefusalKind.NotSupported, DisplayName = "more in the query")]
    [DataRow("GET", "/acme/pay/info/refs?service=git-upload-pack&service=git-receive-pack", RefusalKind.NotSupported, DisplayName = "two services")]
    [DataRow("GET", "/acme/pay/info/refs?service=git%2dupload-pack", RefusalKind.NotSupported, DisplayName = "encoded service")]
    [DataRow("POST", "/acme/pay/info/refs?service=git-upload-pack", RefusalKind.NotSupported, DisplayName = "POST to info/refs")]
    [DataRow("GET", "/acme/pay/git-upload-pack", RefusalKind.NotSupported, DisplayName = "GET of a service")]
    [DataRow("POST", "/acme/pay/git-upload-archive", RefusalKind.Malformed, DisplayName = "archive service")]
    [DataRow("POST", "/acme/pay/git-receive-pack?x", RefusalKind.Malformed, DisplayName = "query on a POST")]
    public async Task Classify_AmbiguousOrUnknownTarget_IsRefused(string method, string target, RefusalKind kind) =>
        Assert.AreEqual(kind, await new GitCall(method, target).RefusedAsync());

    [TestMethod]
    public async Task Classify_NoRawTarget_ReadsTheParsedPath()
    {
        var call = new GitCall("GET", "");
        call.Context.Request.Path = "/acme/pay.git/info/refs";
        call.Context.Request.QueryString = new("?service=git-upload-pack");

        Assert.AreEqual("git.read", (await call.UnderstoodAsync()).Operations.Single().Details.Name);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("application/x-git-upload-pack-request; charset=utf-8")]
    [DataRow("application/x-git-receive-pack-request")]
    [DataRow("text/plain")]
    public async Task Classify_OtherContentType_IsRefused(string? type)
    {
        var call = new GitCall("POST", "/acme/pay/git-upload-pack", type, Packets("command=ls-refs", Flush)).With("Git-Protocol", "version=2");

        Assert.AreEqual(RefusalKind.NotSupported, await call.RefusedAsync());
    }

    [TestMethod]
    [DataRow("deflate")]
    [DataRow("br")]
    [DataRow("gzip, gzip")]
    [DataRow("identity")]
    public async Task Classify_OtherEncoding_IsRefused(string encoding) => Assert.AreEqual(
        RefusalKind.NotSupported, await Post(Fetch, true, "command=ls-refs", Flush).With("Content-Encoding", encoding).RefusedAsync());

    [TestMethod]
    [DataRow("version=2", true)]
    [DataRow("version=1:version=2", true)]
    [DataRow("frob=1:version=2", true, DisplayName = "unknown keys say nothing")]
    [DataRow("version=1", false)]
    [DataRow("version=3", false)]
    [DataRow("version=02x", false)]
    [DataRow("x", false)]
    public async Task Classify_GitProtocol_DecidesHowTheBodyIsRead(string header, bool v2)
    {
        var call = PostBytes(Fetch, false, v2 ? Packets("command=ls-refs", Flush) : Packets($"want {A}", Flush, "done")).With("Git-Protocol", header);

        await call.UnderstoodAsync();
    }

    [TestMethod]
    [DataRow("version=2\nX: y")]
    [DataRow("version=2 ")]
    public async Task Classify_UnreadableGitProtocol_IsRefused(string header) =>
        Assert.AreEqual(RefusalKind.Malformed, await Post(Fetch, false, $"want {A}", Flush, "done").With("Git-Protocol", header).RefusedAsync());

    [TestMethod]
    public async Task Classify_TwoGitProtocolHeaders_AreRefused() => Assert.AreEqual(
        RefusalKind.Malformed, await Post(Fetch, true, "command=ls-refs", Flush).With("Git-Protocol", "version=1").RefusedAsync());
}
