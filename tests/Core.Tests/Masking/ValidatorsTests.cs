using System.Text;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class ValidatorsTests
{
    [TestMethod]
    [DataRow("not-word", "weu1-app-2024011703", false, DisplayName = "name of a resource")]
    [DataRow("not-word", "until=1893456000", false, DisplayName = "assignment of a number")]
    [DataRow("not-word", "js-sdk/issues/1674", false, DisplayName = "part of an address")]
    [DataRow("not-word", "AuthenticationTokenProvider2", false, DisplayName = "identifier")]
    [DataRow("not-word", "sk_12345678901234567890", true, DisplayName = "mark and a long number")]
    [DataRow("not-word", "prod-x7Kq29mZ", true, DisplayName = "name and something random")]
    [DataRow("not-word", "QRW724efghijklmnopqUVX", true, DisplayName = "part of the alphabet")]
    [DataRow("not-word", "h7Gf2kQ9zX4cV1bN8mL5", true, DisplayName = "random")]
    [DataRow("not-word", "openssl_aes128_set_key", false, DisplayName = "name of a function")]
    [DataRow("not-word", "V2.Core.Events.V1IssuingTokenCreated", false, DisplayName = "few digits in a long name")]
    [DataRow("not-identifier", "FlowPasswordRequiredResultV2", false, DisplayName = "name of a constant")]
    [DataRow("not-identifier", "Summer2024", true, DisplayName = "password of a word and a year")]
    [DataRow("placeholder", "user:pass", false, DisplayName = "user and password of documentation")]
    [DataRow("placeholder", "latin1", false, DisplayName = "encoding")]
    [DataRow("placeholder", "root:pass99", true, DisplayName = "a password nonetheless")]
    [DataRow("not-path", "conf/site.p12", false, DisplayName = "file of a certificate")]
    [DataRow("not-path", "aB3/xY9+kL2mN8pQ", true, DisplayName = "base64 with a slash")]
    public void Value_IsAcceptedOrRefused(string validator, string value, bool accepted) =>
        Assert.AreEqual(accepted, Validators.Named[validator](Encoding.ASCII.GetBytes(value)));
}
