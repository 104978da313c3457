using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CursorBroker.Benchmarks.Transfer;

/// <summary>What a team without a broker does: an installation token of the App, straight to GitHub.</summary>
internal static class DirectAccess
{
    public static async Task<(string Url, string Token)> DirectAsync(this BenchWorld world, string repository)
    {
        using var http = new HttpClient { BaseAddress = world.Sandbox.GitHubApi };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Jwt(world.Sandbox.AppId.ToString(System.Globalization.CultureInfo.InvariantCulture), world.Sandbox.AppPrivateKeyPem));
        http.DefaultRequestHeaders.UserAgent.ParseAdd("benchmark");
        using var installation = JsonDocument.Parse(await http.GetStringAsync($"repos/bench/{repository}/installation"));
        var id = installation.RootElement.GetProperty("id").GetInt64();
        using var minted = await http.PostAsJsonAsync(
            $"app/installations/{id}/access_tokens", new { repositories = (string[])[repository], permissions = new { contents = "write" } });
        minted.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await minted.Content.ReadAsStringAsync());
        return ($"{world.Sandbox.GitHubGit.AbsoluteUri.TrimEnd('/')}/bench/{repository}.git", answer.RootElement.GetProperty("token").GetString()!);
    }

    private static string Jwt(string appId, string pem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signed = $"{Part(new { alg = "RS256", typ = "JWT" })}.{Part(new { iat = now - 30, exp = now + 300, iss = appId })}";
        return $"{signed}.{Convert.ToBase64String(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
    }

    private static string Part(object value) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(value)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
