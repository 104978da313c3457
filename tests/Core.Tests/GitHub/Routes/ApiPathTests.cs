using CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.Core.Tests.GitHub.Routes;

[TestClass]
public sealed class ApiPathTests
{
    [TestMethod]
    [DataRow("/repos/acme/pay/%2e%2e/%2e%2e/secret/vault", DisplayName = "encoded dots climb to another repository")]
    [DataRow("/repos/acme/pay/%2E./x", DisplayName = "half-encoded dots")]
    [DataRow("/repos/acme/pay/../../secret/vault", DisplayName = "plain dots climb")]
    [DataRow("/repos/acme/./pay", DisplayName = "a dot segment")]
    [DataRow("/repos/acme/pay/contents/a%2F..%2F..%2Fb", DisplayName = "dots between encoded slashes")]
    [DataRow("/repos/acme/pay/contents/a%2f.", DisplayName = "a dot after an encoded slash")]
    [DataRow("/repos/acme/pay/contents/%252e%252e", DisplayName = "dots encoded twice")]
    [DataRow("/repos/acme/pay/contents/a%252fb", DisplayName = "slash encoded twice")]
    [DataRow("/repos/acme/pay/contents/100%2525", DisplayName = "percent encoded twice")]
    [DataRow("//repos/acme/pay", DisplayName = "empty first segment")]
    [DataRow("/repos//acme/pay", DisplayName = "empty segment")]
    [DataRow("/repos/acme/pay//", DisplayName = "two slashes at the end")]
    [DataRow("//", DisplayName = "nothing but slashes")]
    [DataRow("/repos/acme/pay/contents/%2Fetc", DisplayName = "encoded slash first")]
    [DataRow("/repos/acme/pay/contents/a%2F", DisplayName = "encoded slash last")]
    [DataRow("/repos/acme/pay;x=1", DisplayName = "path parameter")]
    [DataRow("/repos/acme/pay%3bx", DisplayName = "encoded path parameter")]
    [DataRow("/repos/acme/pay\\..\\vault", DisplayName = "backslash")]
    [DataRow("/repos/acme/pay/contents/a%5cb", DisplayName = "encoded backslash")]
    [DataRow("/repos/acme/pay%00", DisplayName = "NUL")]
    [DataRow("/repos/acme/pay/contents/a%0d%0aHost:%20evil", DisplayName = "header smuggled by line end")]
    [DataRow("/repos/acme/pay/contents/%7f", DisplayName = "delete")]
    [DataRow("/repos/acme/pay/contents/%c2%85", DisplayName = "control character above ASCII")]
    [DataRow("/repos/acme/pay/contents/%c0%ae%c0%ae", DisplayName = "overlong dots")]
    [DataRow("/repos/acme/pay/contents/%ed%a0%80", DisplayName = "encoded surrogate")]
    [DataRow("/repos/acme/pay/contents/%ff", DisplayName = "no UTF-8")]
    [DataRow("/repos/acme/pay/contents/\u00e9", DisplayName = "not encoded")]
    [DataRow("/repos/acme/pay/contents/a b", DisplayName = "space")]
    [DataRow("/repos/acme/pay?x", DisplayName = "a query in the path")]
    [DataRow("/repos/acme/pay#x", DisplayName = "a fragment")]
    [DataRow("/repos/acme/pay/contents/%", DisplayName = "percent alone")]
    [DataRow("/repos/acme/pay/contents/%4", DisplayName = "half a percent triple")]
    [DataRow("/repos/acme/pay/contents/%zz", DisplayName = "no hex")]
    [DataRow("/repos/acme/pay/contents/%u002e", DisplayName = "another encoding's escape")]
    [DataRow("repos/acme/pay", DisplayName = "no slash before")]
    [DataRow("https://evil.example/repos/acme/pay", DisplayName = "absolute form")]
    public void Parse_AmbiguousPath_IsNoPath(string raw) => Assert.IsNull(ApiPath.Parse(raw));

    [TestMethod]
    public void Parse_LongestPath_IsTheLastThatIsTaken()
    {
        var longest = "/" + new string('a', ApiPath.MaxLength - 1);
        Assert.IsNotNull(ApiPath.Parse(longest));
        Assert.IsNull(ApiPath.Parse(longest + "a"));
    }

    [TestMethod]
    [DataRow("", new string[0])]
    [DataRow("/", new string[0])]
    [DataRow("/user", new[] { "user" })]
    [DataRow("/repos/acme/pay/contents/a%20b%23.txt", new[] { "repos", "acme", "pay", "contents", "a b#.txt" })]
    [DataRow("/repos/acme/pay/contents/100%25.txt", new[] { "repos", "acme", "pay", "contents", "100%.txt" })]
    [DataRow("/x/%F0%9F%90%99/heads%2Fmain", new[] { "x", "\U0001F419", "heads/main" })]
    [DataRow("/x/a+b...c@{1}", null)]
    [DataRow("/x/a+b...user:c@x", new[] { "x", "a+b...user:c@x" })]
    public void Parse_Path_IsDecodedOnce(string raw, string[]? segments) => CollectionAssert.AreEqual(segments, ApiPath.Parse(raw)?.Segments);

    [TestMethod]
    [DataRow("/repos/{owner}/{repo}/contents/{path}", "path", "docs/a b%.md", "repos/acme/pay/contents/docs/a%20b%25.md", DisplayName = "a path keeps its slashes")]
    [DataRow("/repos/{owner}/{repo}/branches/{branch}", "branch", "a/protection", "repos/acme/pay/branches/a%2Fprotection", DisplayName = "a branch called like a longer route")]
    [DataRow("/repos/{owner}/{repo}/commits/{ref}", "ref", "a/status", "repos/acme/pay/commits/a%2Fstatus", DisplayName = "a ref called like a longer route")]
    [DataRow("/repos/{owner}/{repo}/branches/{branch}/protection", "branch", "release/1", "repos/acme/pay/branches/release%2F1/protection", DisplayName = "in the middle")]
    [DataRow("/repos/{owner}/{repo}/labels/{name}", "name", "area/api?x#y", "repos/acme/pay/labels/area%2Fapi%3Fx%23y", DisplayName = "a label")]
    public void Write_Parameters_AreEncoded(string template, string name, string value, string expected)
    {
        var parameters = new Dictionary<string, string> { ["owner"] = "acme", ["repo"] = "pay", [name] = value };
        Assert.AreEqual(expected, ApiPath.Write(template, parameters));
    }

    [TestMethod]
    [DataRow("..")]
    [DataRow("")]
    [DataRow("a/../b")]
    [DataRow("a\r\nb")]
    [DataRow("a\\b")]
    [DataRow("a%2e%2e", DisplayName = "what would read as encoded twice")]
    public void Write_ValueThatNoPathHolds_Throws(string value) => Assert.ThrowsExactly<ArgumentException>(
        () => ApiPath.Write("/repos/{owner}/{repo}/contents/{path}", new Dictionary<string, string> { ["owner"] = "acme", ["repo"] = "pay", ["path"] = value }));

    [TestMethod]
    public void Write_MissingParameter_Throws() =>
        Assert.ThrowsExactly<ArgumentException>(() => ApiPath.Write("/repos/{owner}/{repo}", new Dictionary<string, string> { ["owner"] = "acme" }));
}
