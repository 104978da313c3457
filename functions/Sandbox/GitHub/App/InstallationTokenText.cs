using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>Writes tokens in GitHub's form: <c>ghs_APPID_JWT</c>, about 520 characters of letters, digits, dot, dash and underscore.</summary>
internal sealed class InstallationTokenText
{
    private readonly string _prefix;
    private readonly SigningCredentials _signing;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public InstallationTokenText(long appId)
    {
        _prefix = string.Create(CultureInfo.InvariantCulture, $"ghs_{appId}_");

        // The key signs nothing that anyone verifies (a token is found by its hash); it gives the text its real length and entropy.
        using var rsa = RSA.Create(2048);
        _signing = new SigningCredentials(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true)), SecurityAlgorithms.RsaSha256);
    }

    public string Create(long installationId, DateTimeOffset issuedAt) => _prefix + _handler.CreateToken(new SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object>
        {
            ["sub"] = installationId.ToString(CultureInfo.InvariantCulture),
            ["iat"] = issuedAt.ToUnixTimeSeconds(),
            ["jti"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        },
        SigningCredentials = _signing,
    });
}
