using System.Net;
using System.Security.Cryptography;
using CursorBroker.Adapters.GitHub;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.Tests.GitHub;

/// <summary>The App's private keys: forms, faults, rotation.</summary>
[TestClass]
public sealed class AppKeyTests
{
    private static readonly RSA Second = RSA.Create(2048);

    private static string Pkcs1 => FakeGitHub.Key.ExportRSAPrivateKeyPem();

    [TestMethod]
    public void Parse_FormsGitHubAndToolsWrite_AreTheSameKey()
    {
        var forms = new[] { Pkcs1, FakeGitHub.Key.ExportPkcs8PrivateKeyPem(), Pkcs1.ReplaceLineEndings("\\n"), $"some notes\n{Pkcs1.ReplaceLineEndings("\r\n")}\n" };

        var sets = forms.Select(static form => AppKey.Parse(form, "the test")).ToList();

        Assert.IsTrue(sets.All(static set => set.Problem is null && set.Keys.Length == 1));
        Assert.HasCount(1, sets.Select(static set => set.Keys[0].Id).Distinct());
        Assert.AreEqual($"[App key {sets[0].Keys[0].Id}]", sets[0].Keys[0].ToString());
    }

    private static IEnumerable<object[]> Bad()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create();
        var encrypted = FakeGitHub.Key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
        return
        [
            ["empty", "", "holds no PEM block"],
            ["text", "hello", "holds no PEM block"],
            ["cut off", Pkcs1[..400], "holds no PEM block"],
            ["garbage inside", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "not a whole, unencrypted RSA private key"],
            ["public", FakeGitHub.Key.ExportSubjectPublicKeyInfoPem(), "public key"],
            ["encrypted", encrypted, "encrypted"],
            ["elliptic curve", curve.ExportECPrivateKeyPem(), "GitHub Apps sign with RSA"],
            ["elliptic curve in PKCS#8", curve.ExportPkcs8PrivateKeyPem(), "not a whole, unencrypted RSA private key"],
            ["small", small.ExportRSAPrivateKeyPem(), "1024 bits"],
            ["something else", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "not of a private key"],
        ];
    }

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public async Task Mint_BadKey_SaysWhatIsWrongWithItAndSendsNothing(string what, string pem, string expected)
    {
        using var github = new FakeGitHub();

        var outcome = await github.App(PemAppKeySource.FromText(pem, "the variable K")).MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None);

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(outcome, what);
        Assert.AreEqual(MintFailure.Unavailable, failed.Failure);
        Assert.Contains("The App's private key from the variable K cannot be used", failed.Detail);
        Assert.Contains(expected, failed.Detail);
        Assert.IsEmpty(github.All);
    }

    [TestMethod]
    public async Task Rotation_FirstKeyWasDeletedAtGitHub_TheNextIsTriedAndThenPreferred()
    {
        using var github = new FakeGitHub();
        github.On(FakeGitHub.Lookup, sent => SignedBy(sent, Second) ? FakeGitHub.Json(HttpStatusCode.OK, """{"id":77}""") : FakeGitHub.Json(HttpStatusCode.Unauthorized, "{}"))
            .On(FakeGitHub.Mint, sent => SignedBy(sent, Second) ? FakeGitHub.Json(HttpStatusCode.Created, FakeGitHub.Answer()) : FakeGitHub.Json(HttpStatusCode.Unauthorized, "{}"));
        var mint = github.App(PemAppKeySource.FromText(Pkcs1 + "\n" + Second.ExportPkcs8PrivateKeyPem(), "the test"));

        Assert.IsInstanceOfType<MintOutcome.Minted>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        CollectionAssert.AreEqual(new[] { FakeGitHub.Lookup, FakeGitHub.Lookup, FakeGitHub.Mint }, github.Calls.ToArray());
    }

    [TestMethod]
    public async Task Rotation_NoKeyIsAccepted_IsAppRejected()
    {
        using var github = new FakeGitHub().On(FakeGitHub.Lookup, HttpStatusCode.Unauthorized);
        var mint = github.App(PemAppKeySource.FromText(Pkcs1 + "\n" + Second.ExportPkcs8PrivateKeyPem(), "the test"));

        var failed = Assert.IsInstanceOfType<MintOutcome.Failed>(await mint.MintAsync(FakeGitHub.Pay, PermissionSet.ContentsRead, CancellationToken.None));

        Assert.AreEqual(MintFailure.AppRejected, failed.Failure);
        Assert.HasCount(2, github.Calls);
    }

    [TestMethod]
    public async Task Files_ReplacedAddedAndRemoved_AreSeenWithoutARestart()
    {
        var folder = Directory.CreateTempSubdirectory("app-key-");
        try
        {
            var (one, two) = (Path.Combine(folder.FullName, "one.pem"), Path.Combine(folder.FullName, "two.pem"));
            var source = PemAppKeySource.FromFiles(one, two);
            await File.WriteAllTextAsync(one, Pkcs1);
            var set = await source.GetAsync(CancellationToken.None);
            Assert.HasCount(1, set.Keys);
            Assert.Contains(two, set.Problem!);
            Assert.AreSame(set.Keys[0], (await source.GetAsync(CancellationToken.None)).Keys[0], "read again without need");

            await File.WriteAllTextAsync(two, Second.ExportPkcs8PrivateKeyPem());
            set = await source.GetAsync(CancellationToken.None);
            Assert.HasCount(2, set.Keys);
            Assert.IsNull(set.Problem);

            File.Delete(one);
            Assert.HasCount(1, (await source.GetAsync(CancellationToken.None)).Keys);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool SignedBy(Sent sent, RSA key) => new JsonWebTokenHandler().ValidateTokenAsync(sent.Bearer, new TokenValidationParameters
    {
        IssuerSigningKey = new RsaSecurityKey(key.ExportParameters(false)),
        ValidateAudience = false,
        ValidateIssuer = false,
        ValidateLifetime = false,
    }).GetAwaiter().GetResult().IsValid;
}
