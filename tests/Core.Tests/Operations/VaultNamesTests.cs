using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Operations;

[TestClass]
public sealed class VaultNamesTests
{
    [TestMethod]
    [DataRow("kv1", true)]
    [DataRow("Kv-Payments-Dev", true)]
    [DataRow("a23456789012345678901234", true)]
    [DataRow("a234567890123456789012345", false)] // 25
    [DataRow("kv", false)]
    [DataRow("", false)]
    [DataRow(null, false)]
    [DataRow("1kv", false)]
    [DataRow("kv-", false)]
    [DataRow("kv--dev", false)]
    [DataRow("kv.dev", false)] // another host
    [DataRow("kv_dev", false)]
    [DataRow("kv/dev", false)]
    [DataRow("kv%2ddev", false)]
    [DataRow("kv-dév", false)]
    [DataRow("ＫＶ1", false)] // full-width letters are not letters of a host name
    [DataRow("kv1\n", false)]
    public void VaultName_IsWhatAVaultCanBeCalled(string? text, bool isName) => Assert.AreEqual(isName, VaultName.TryParse(text, out _));

    [TestMethod]
    [DataRow("a", true)]
    [DataRow("-", true)]
    [DataRow("DB-Password-1", true)]
    [DataRow("", false)]
    [DataRow("a.b", false)]
    [DataRow("a_b", false)]
    [DataRow("a*", false)]
    [DataRow("a%41", false)]
    [DataRow("pаssword", false)] // a Cyrillic letter
    [DataRow("a\u0000", false)]
    [DataRow("..", false)]
    public void SecretName_IsWhatASecretCanBeCalled(string text, bool isName) => Assert.AreEqual(isName, SecretName.TryParse(text, out _));

    [TestMethod]
    public void SecretName_LongestIs127() =>
        Assert.IsTrue(SecretName.TryParse(new string('a', 127), out _) && !SecretName.TryParse(new string('a', 128), out _));

    [TestMethod]
    public void Names_CompareWithoutCase()
    {
        Assert.AreEqual(VaultName.Parse("KV-dev"), VaultName.Parse("kv-DEV"));
        Assert.AreEqual(SecretName.Parse("DB"), SecretName.Parse("db"));
        Assert.AreEqual(new SecretTarget(VaultName.Parse("KV-dev"), SecretName.Parse("DB")), new SecretTarget(VaultName.Parse("kv-dev"), SecretName.Parse("db")));
        Assert.AreEqual(SecretName.Parse("DB").GetHashCode(), SecretName.Parse("db").GetHashCode());
    }

    [TestMethod]
    [DataRow("0123456789abcdef0123456789ABCDEF", true)]
    [DataRow("0123456789abcdef0123456789abcde", false)]
    [DataRow("0123456789abcdef0123456789abcdeg", false)]
    [DataRow("", false)]
    public void SecretVersionId_Is32HexDigits(string text, bool isVersion) => Assert.AreEqual(isVersion, SecretVersionId.TryParse(text, out _));
}
