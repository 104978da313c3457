using System.Text.Json;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>Asks the identity provider again about somebody who signed in, with the refresh token that it gave for that.</summary>
internal sealed class UpstreamPeople(
    SignInOptions options,
    IOptionsMonitor<OpenIdConnectOptions> provider,
    IdentityTokens identity,
    IServiceProvider services,
    TimeProvider time,
    ILogger<UpstreamPeople> logger)
{
    private const int MaxAnswer = 256 * 1024;

    public async ValueTask<UpstreamOutcome> ReadAgainAsync(SignedIn person, CancellationToken cancellationToken)
    {
        try
        {
            var (status, answer) = await AskAsync(person.Refresh!, cancellationToken);
            return status switch
            {
                200 => await ReadAsync(answer, person, cancellationToken),

                // Other errors are about the broker's own client, which says nothing of the person.
                >= 400 and < 500 and not 429 => Text(answer, "error") is "invalid_grant" or "interaction_required" or "login_required" or "consent_required" or "access_denied"
                    ? new UpstreamOutcome.No($"it answers {Text(answer, "error")}")
                    : Unavailable($"it answers {status}, {LogLine.Of(Text(answer, "error") ?? "without an error code")}"),
                _ => Unavailable($"it answers {status}"),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException or SecretUnavailableException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Unavailable(LogLine.Of(failure.Message));
        }
    }

    private async ValueTask<(int Status, JsonElement Answer)> AskAsync(string refresh, CancellationToken cancellationToken)
    {
        var client = provider.Get(SignInSchemes.Provider);
        var configuration = await client.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh, ["client_id"] = options.ClientId };
        if (await SecretAsync(cancellationToken) is { } secret)
        {
            form["client_secret"] = secret;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await client.Backchannel.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxAnswer + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxAnswer)
        {
            throw new IOException("the answer is too large");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
            return ((int)response.StatusCode, document.RootElement.Clone());
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            // An error page of something in between.
            return ((int)response.StatusCode, default);
        }
    }

    private async ValueTask<UpstreamOutcome> ReadAsync(JsonElement answer, SignedIn person, CancellationToken cancellationToken)
    {
        var refresh = Text(answer, "refresh_token") ?? person.Refresh;
        if (Text(answer, "id_token") is not { } token)
        {
            // Allowed (OpenID Connect Core, section 12.2): then the provider cannot be asked about groups this way.
            return new UpstreamOutcome.Silent(refresh);
        }

        return await identity.ReadAsync(token, cancellationToken) switch
        {
            AuthenticationOutcome.Authenticated { Caller: { Kind: CallerKind.Person } caller } when caller.Person == person.Person =>
                new UpstreamOutcome.Read(SignedIn.Of(caller, refresh, time.GetUtcNow())),
            AuthenticationOutcome.Authenticated { Caller: var other } => new UpstreamOutcome.No($"it answers about {other.Person}"),

            // It vouches for them: what it says cannot be read right now, for a key that is not known yet, a clock, or a policy that lacks the issuer for a moment.
            AuthenticationOutcome.Rejected rejected => Unavailable($"{rejected.Failure}: {rejected.Detail}", refresh),
            AuthenticationOutcome.Unavailable unavailable => Unavailable(unavailable.Detail, refresh),
            _ => throw new InvalidOperationException("Unknown authentication outcome."),
        };
    }

    private async ValueTask<string?> SecretAsync(CancellationToken cancellationToken) => options.ClientSecretName is { } name
        ? await services.GetRequiredService<ISecretSource>().ReadAsync(name, cancellationToken) ?? throw new SecretUnavailableException($"there is no secret named {name}")
        : options.ClientSecret;

    private UpstreamOutcome.Unavailable Unavailable(string detail, string? refresh = null)
    {
        logger.NotReadAgain(options.Issuer, detail);
        return new UpstreamOutcome.Unavailable(detail, refresh);
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What the provider says about somebody who signed in earlier.</summary>
internal abstract record UpstreamOutcome
{
    private UpstreamOutcome()
    {
    }

    /// <summary>This is them now.</summary>
    /// <param name="Person">With today's groups, and the refresh token for the next time.</param>
    public sealed record Read(SignedIn Person) : UpstreamOutcome;

    /// <summary>It refreshed, and does not say who.</summary>
    /// <param name="Refresh">The refresh token for the next time.</param>
    public sealed record Silent(string? Refresh) : UpstreamOutcome
    {
        /// <summary>Without the token.</summary>
        public override string ToString() => "silent";
    }

    /// <summary>It does not vouch for them any more.</summary>
    /// <param name="Detail">Why, for the log and the audit.</param>
    public sealed record No(string Detail) : UpstreamOutcome;

    /// <summary>Nobody can tell right now.</summary>
    /// <param name="Detail">Why.</param>
    /// <param name="Refresh">The refresh token for the next time, when it got as far as to give one.</param>
    public sealed record Unavailable(string Detail, string? Refresh) : UpstreamOutcome
    {
        /// <summary>Without the token.</summary>
        public override string ToString() => $"unavailable: {Detail}";
    }
}
