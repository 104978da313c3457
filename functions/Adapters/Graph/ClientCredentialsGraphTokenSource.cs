using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Graph;

/// <summary>
/// The client credentials grant (RFC 6749, 4.4) with a client secret. One request at a time; the token is kept until
/// <see cref="Margin"/> before its end. A failure is not kept.
/// </summary>
public sealed class ClientCredentialsGraphTokenSource(HttpMessageInvoker http, GraphOptions options, TimeProvider time, ISecretSource? secrets = null) : IGraphTokenSource, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Kept? _kept;

    /// <summary>How long before its end a token is no longer used.</summary>
    public static TimeSpan Margin { get; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async ValueTask<GraphToken> GetAsync(CancellationToken cancellationToken)
    {
        if (Usable() is { } kept)
        {
            return kept;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return Usable() ?? await AskAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private GraphToken? Usable() => Volatile.Read(ref _kept) is { } kept && kept.Until > time.GetUtcNow() ? kept.Token : null;

    private async Task<GraphToken> AskAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        if (await SecretAsync(cancellationToken) is not { } secret)
        {
            return GraphToken.Failed($"the broker's secret {options.ClientSecretName} cannot be read");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, options.TokenEndpoint);
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_id", options.ClientId),
            new("client_secret", secret),
            new("scope", options.Scope),
        ]);
        var answer = await BoundedAnswer.SendAsync(http, request, MaxAnswerBytes, options.Timeout, time, cancellationToken);
        if (answer.Body is null)
        {
            return GraphToken.Failed($"token endpoint {answer.Failure}");
        }

        if (Parse(answer.Body) is not { AccessToken.Length: > 0, ExpiresIn: > 0 } parsed)
        {
            return GraphToken.Failed("token endpoint answered something else than a token");
        }

        var token = GraphToken.Of(parsed.AccessToken);
        Volatile.Write(ref _kept, new Kept(token, asked + TimeSpan.FromSeconds(Math.Min(parsed.ExpiresIn, 24 * 3600)) - Margin));
        return token;
    }

    private async ValueTask<string?> SecretAsync(CancellationToken cancellationToken)
    {
        if (options.ClientSecretName.Length == 0)
        {
            return options.ClientSecret;
        }

        try
        {
            return secrets is null ? null : await secrets.ReadAsync(options.ClientSecretName, cancellationToken);
        }
        catch (SecretUnavailableException)
        {
            // The vault's own log says why; a token that cannot be had is a refusal here.
            return null;
        }
    }

    private static GraphTokenAnswer? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GraphJson.Default.GraphTokenAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Kept(GraphToken Token, DateTimeOffset Until);
}

internal sealed record GraphTokenAnswer(
    [property: JsonPropertyName("access_token")] string? AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
