using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class DefaultRulesTests
{
    [TestMethod]
    public void Rules_AreReadWithoutAProblem() => Assert.IsGreaterThan(250, MaskRules.Default.Count);

    [TestMethod]
    public void Example_OfEachRule_MasksExactlyItsSecret()
    {
        var wrong = new List<string>();
        foreach (var rule in MaskRules.Default.Rules)
        {
            var alone = new MaskRules([rule]);
            foreach (var (text, secret) in rule.Examples)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var latin = Encoding.Latin1.GetString(bytes);
                var hidden = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(secret));
                var masked = Masked.Chunks(alone, null, bytes).Text;
                var at = latin.IndexOf(hidden, StringComparison.Ordinal);
                var good = at >= 0 && masked.Length == latin.Length && masked[..at] == latin[..at] && masked[(at + hidden.Length)..] == latin[(at + hidden.Length)..]
                    && masked[at..(at + hidden.Length)] != hidden && masked.Contains('*');
                if (!good)
                {
                    wrong.Add($"{rule.Id}: {text} -> {masked}");
                }
            }

            wrong.AddRange(rule.Negatives.Where(text => Masked.Chunks(alone, null, Encoding.UTF8.GetBytes(text)).Findings.Length > 0).Select(text => $"{rule.Id}: negative {text}"));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void Example_SplitAnywhere_GivesTheSame()
    {
        foreach (var text in MaskRules.Default.Rules.Select(static rule => Encoding.UTF8.GetBytes(rule.Examples[0].Text)))
        {
            var whole = Masked.Chunks(MaskRules.Default, null, text);
            Assert.AreEqual(whole, Masked.Chunks(MaskRules.Default, null, [.. text.Select(static value => new[] { value })]));
            for (var at = 1; at < text.Length; at++)
            {
                Assert.AreEqual(whole, Masked.Chunks(MaskRules.Default, null, text[..at], text[at..]));
            }
        }
    }

    [TestMethod]
    [DataRow("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", DisplayName = "UUID")]
    [DataRow("commit 8f4b0a1f2c3d4e5f60718293a4b5c6d7e8f90a1b", DisplayName = "commit")]
    [DataRow("uses: actions/checkout@8f4b0a1f2c3d4e5f60718293a4b5c6d7e8f90a1b # v5", DisplayName = "pinned action")]
    [DataRow("sha256:3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855a", DisplayName = "digest of an image")]
    [DataRow("3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855a  release.tar.gz", DisplayName = "checksum")]
    [DataRow("\"integrity\": \"sha512-9q0Fz2kXv1bN8mL5pR3tH7Gf2kQ9zX4cV1bN8mL5pR3tH7Gf2kQ9zX4cV1bN8mL5pR3tH7Gf2kQ9zX4cV1bN8g==\",", DisplayName = "integrity of a package")]
    [DataRow("github.com/stretchr/testify v1.9.0 h1:HtqpIVDClZ4nwg75+f6Lvsy/wHu+3BoSGCbBAcpTsTg=", DisplayName = "line of go.sum")]
    [DataRow("\"contentHash\": \"h7Gf2kQ9zX4cV1bN8mL5pR3tH7Gf2kQ9zX4cV1bN8mL5pR3tH7Gf2kQ9zX4cV1bN8mL5pR3tH7Gf2kQ9zX4cVg==\"", DisplayName = "package lock of NuGet")]
    [DataRow("<path d=\"M12 0C5.37 0 0 5.37 0 12c0 5.3 3.438 9.8 8.205 11.385.6.113.82-.258.82-.577\"/>", DisplayName = "SVG path")]
    [DataRow(".css-1q2w3e4r-MuiButton-root{color:#1976d2}.sc-a1b2c3d4{margin:0}", DisplayName = "class names with digests")]
    [DataRow("<script src=\"/static/js/main.4f8a9c2e1b.chunk.js\"></script>", DisplayName = "file name with a digest")]
    [DataRow("ETag: W/\"5f3c-18d2b0a7e10\"", DisplayName = "entity tag")]
    [DataRow("url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)", DisplayName = "image in a style sheet")]
    [DataRow("\"mappings\": \"AAAA,SAAS,EAAEA,CAAC,CAACC,CAAC,EAAE;AACA,EAAAA,GAAA,CAAAC,KAAA\"", DisplayName = "source map")]
    [DataRow("token = await GetTokenAsync2(cancellationToken);", DisplayName = "call")]
    [DataRow("password = Environment.GetEnvironmentVariable(\"DB_PASSWORD_2\")", DisplayName = "read from the environment")]
    [DataRow("API_KEY=${API_KEY_V2}", DisplayName = "reference to a variable")]
    [DataRow("apiKey: \"<your-api-key-1>\"", DisplayName = "placeholder")]
    [DataRow("api_key: ${{ secrets.API_KEY_2 }}", DisplayName = "secret of a workflow")]
    [DataRow("curl -u user:pass https://api.test", DisplayName = "user and password of documentation")]
    [DataRow("[assembly: InternalsVisibleTo(\"X, PublicKey=002400000480000094000000060200000024000052534131000400000100010007d1fa57c4aed9f0\")]", DisplayName = "strong name")]
    [DataRow("keyVaultName: prod-weu-kv-20240117", DisplayName = "name of a resource")]
    public void OrdinaryText_IsLeftAlone(string text) => Assert.AreEqual(text, Masked.Whole(MaskRules.Default, text));
}
