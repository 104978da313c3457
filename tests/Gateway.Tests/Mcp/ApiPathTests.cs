using CursorBroker.Gateway.Mcp;
using CursorBroker.Gateway.Mcp.Calls;

namespace CursorBroker.Gateway.Tests.Mcp;

[TestClass]
public sealed class ApiPathTests
{
    [TestMethod]
    [DataRow("src/a b.cs", "/api/v3/repos/acme/pay/contents/src/a%20b.cs")]
    [DataRow("a?b", "/api/v3/repos/acme/pay/contents/a%3Fb")]
    [DataRow("a#b&c=d+e", "/api/v3/repos/acme/pay/contents/a%23b%26c%3Dd%2Be")]
    [DataRow("100%", "/api/v3/repos/acme/pay/contents/100%25")]
    [DataRow("ä/😀", "/api/v3/repos/acme/pay/contents/%C3%A4/%F0%9F%98%80")]
    public void Path_WithAnyCharacters_IsEncoded_AndKeepsItsSlashes(string path, string written) =>
        Assert.AreEqual(written, ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", "acme", "pay", path).Value);

    [TestMethod]
    [DataRow("..")]
    [DataRow(".")]
    [DataRow("")]
    [DataRow("/")]
    [DataRow("a/../b")]
    [DataRow("a/./b")]
    [DataRow("a//b")]
    [DataRow("/a")]
    [DataRow("a/")]
    [DataRow("%2e%2e")]
    [DataRow("a%2fb")]
    [DataRow("%00")]
    [DataRow("a\0")]
    [DataRow("a\nb")]
    [DataRow("a\\b")]
    [DataRow("a;b")]
    [DataRow("a\u0085b", DisplayName = "a control character beyond ASCII")]
    public void Part_ThatCouldBeReadInTwoWays_IsRefused_WhereverItStands(string part)
    {
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", "acme", "pay", part));
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}/branches/{branch}", "acme", "pay", part));
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.OfVault("/{vault}/secrets/{secret}", "kv", part));
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}", "acme", part));
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}", part, "pay"));
    }

    [TestMethod]
    public void Part_WithHalfACharacter_IsRefused()
    {
        // No attribute can hold one.
        foreach (var part in (string[])["a\ud800b", "\udc00", "a\ud800"])
        {
            Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}/contents/{path}", "acme", "pay", part));
        }
    }

    [TestMethod]
    public void Part_OtherThanAPath_HasItsSlashesEncoded() =>
        Assert.AreEqual("/api/v3/repos/acme/pay/branches/cursor%2Ffix", ApiPath.Of("/repos/{owner}/{repo}/branches/{branch}", "acme", "pay", "cursor/fix").Value);

    [TestMethod]
    [DataRow("acme/pay", "x")]
    [DataRow("acme", "pay/contents")]
    [DataRow("acme", "pay.git")]
    [DataRow("acme", "pay.wiki")]
    [DataRow("acme", "pay?x")]
    [DataRow("ａcme", "pay")]
    public void Repository_ThatGitHubCouldNotHaveNamedSo_IsRefused(string owner, string repo) =>
        Assert.ThrowsExactly<ToolArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}", owner, repo));

    [TestMethod]
    public void Template_WithAnotherNumberOfParts_IsABug()
    {
        Assert.ThrowsExactly<ArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}", "acme"));
        Assert.ThrowsExactly<ArgumentException>(() => ApiPath.Of("/repos/{owner}/{repo}", "acme", "pay", "more"));
    }

    [TestMethod]
    public void Query_IsEncoded_AndNothingLeadsOutOfItsValue() =>
        Assert.AreEqual("?ref=main%26per_page%3D100%23&page=2", ApiCallRequest.Get(ApiPath.Of("/user"), ("ref", "main&per_page=100#"), ("none", null), ("page", 2)).QueryText);
}
