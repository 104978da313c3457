using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Identity;

/// <summary>
/// Gets tokens from the stand-in provider the way a real client does, over HTTP: discovery, then the authorization code flow with PKCE
/// for a person (it presses the button on the page), client credentials for a workload.
/// </summary>
public sealed class SandboxTokenClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = Patience,
    };

    /// <summary>Signs an identity in at the command line's client.</summary>
    public Task<SandboxTokens> GetTokenAsync(Uri issuer, string identity, CancellationToken cancellationToken) =>
        GetTokenAsync(issuer, identity, new SandboxSignIn(), cancellationToken);

    /// <summary>Signs an identity in.</summary>
    /// <param name="issuer">The provider's issuer.</param>
    /// <param name="identity">Who: <c>developer</c>, <c>lead</c>, <c>outsider</c>, or the workload <c>build</c>.</param>
    /// <param name="signIn">At which client and how; of no matter to a workload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SandboxTokens> GetTokenAsync(Uri issuer, string identity, SandboxSignIn signIn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(signIn);
        if (SandboxDirectory.Named(identity) is not { } known)
        {
            var names = string.Join(", ", SandboxDirectory.Identities.Select(static one => one.Name));
            return new SandboxTokens.Refused("unknown_identity", $"There is no identity '{identity}'; there are {names}.");
        }

        return await AskAsync(
            issuer,
            discovery => known.IsWorkload
                ? ExchangeAsync(discovery, ForWorkload(known), cancellationToken)
                : SignInAsync(discovery, known, signIn, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets fresh tokens for a refresh token.</summary>
    public Task<SandboxTokens> RefreshAsync(Uri issuer, string refreshToken, string clientId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        var request = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
            ["client_id"] = clientId,
        };
        return AskAsync(issuer, discovery => ExchangeAsync(discovery, request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Dictionary<string, string> ForWorkload(SandboxIdentity workload) => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = workload.Name,
        ["client_secret"] = SandboxClient.BuildSecret,
        ["scope"] = TokenClaims.Audience + "/.default",
    };

    private static Dictionary<string, string> ForCode(string code, string verifier, SandboxSignIn signIn) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["client_id"] = signIn.ClientId,
        ["redirect_uri"] = signIn.RedirectUri,
        ["code_verifier"] = verifier,
    };

    private static Dictionary<string, string> Question(SandboxSignIn signIn, string verifier)
    {
        var question = new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = signIn.ClientId,
            ["redirect_uri"] = signIn.RedirectUri,
            ["scope"] = signIn.Scope,
            ["state"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
            ["nonce"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (signIn.TooManyGroups)
        {
            question[AuthorizeEndpoint.OverageParameter] = "1";
        }

        return question;
    }

    private async Task<SandboxTokens> AskAsync(
        Uri issuer, Func<Discovery, Task<SandboxTokens>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var discovery = await _http.GetFromJsonAsync<Discovery>(
                issuer.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration", cancellationToken).ConfigureAwait(false);
            return await ask(discovery!).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new SandboxTokens.Unreachable($"The provider at {issuer} did not answer: {failure.Message}");
        }
    }

    private async Task<SandboxTokens> SignInAsync(
        Discovery discovery, SandboxIdentity person, SandboxSignIn signIn, CancellationToken cancellationToken)
    {
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        var asked = Question(signIn, verifier);
        using var question = new FormUrlEncodedContent(asked);
        var query = await question.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        using var page = await _http.GetAsync($"{discovery.AuthorizationEndpoint}?{query}", cancellationToken).ConfigureAwait(false);
        if (!page.IsSuccessStatusCode)
        {
            return new SandboxTokens.Refused("invalid_request", await page.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }

        using var pick = new FormUrlEncodedContent([.. asked, KeyValuePair.Create(PickPage.Field, person.Name)]);
        using var redirect = await _http.PostAsync(discovery.AuthorizationEndpoint, pick, cancellationToken).ConfigureAwait(false);
        if (redirect.Headers.Location is not { } target)
        {
            return new SandboxTokens.Unreachable($"The page answered {(int)redirect.StatusCode} and no redirect.");
        }

        var answer = QueryHelpers.ParseQuery(target.Query);
        if (!answer.TryGetValue("state", out var state) || state != asked["state"])
        {
            return new SandboxTokens.Refused("invalid_state", "The redirect does not belong to this sign-in.");
        }

        return answer.TryGetValue("code", out var code)
            ? await ExchangeAsync(discovery, ForCode(code.ToString(), verifier, signIn), cancellationToken).ConfigureAwait(false)
            : new SandboxTokens.Refused(answer["error"].ToString(), answer["error_description"].ToString());
    }

    private async Task<SandboxTokens> ExchangeAsync(Discovery discovery, Dictionary<string, string> request, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(request);
        using var message = new HttpRequestMessage(HttpMethod.Post, discovery.TokenEndpoint) { Content = content };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken).ConfigureAwait(false);
        return answer is { AccessToken: { } token }
            ? new SandboxTokens.Given(token, TimeSpan.FromSeconds(answer.ExpiresIn), answer.RefreshToken, answer.IdToken)
            : new SandboxTokens.Refused(answer?.Error ?? "invalid_response", answer?.ErrorDescription ?? string.Empty);
    }

    private sealed record Discovery(
        [property: JsonPropertyName("authorization_endpoint"), JsonRequired] string AuthorizationEndpoint,
        [property: JsonPropertyName("token_endpoint"), JsonRequired] string TokenEndpoint);

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string? AccessToken,
        [property: JsonPropertyName("expires_in")] long ExpiresIn,
        [property: JsonPropertyName("refresh_token")] string? RefreshToken,
        [property: JsonPropertyName("id_token")] string? IdToken,
        [property: JsonPropertyName("error")] string? Error,
        [property: JsonPropertyName("error_description")] string? ErrorDescription);
}
