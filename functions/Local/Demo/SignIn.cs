using CursorBroker.Sandbox.Identity;

namespace CursorBroker.Local.Demo;

/// <summary>Signs in at the sandbox's identity provider where nothing but a token is good enough.</summary>
internal static class SignIn
{
    /// <summary>An access token for an identity.</summary>
    /// <exception cref="InvalidOperationException">The provider gave none.</exception>
    public static async Task<string> TokenAsync(Uri issuer, string identity, CancellationToken cancellationToken)
    {
        using var client = new SandboxTokenClient();
        var answer = await client.GetTokenAsync(issuer, identity, cancellationToken);
        return answer is SandboxTokens.Given given ? given.AccessToken : throw new InvalidOperationException($"No token for {identity}: {answer}");
    }
}
