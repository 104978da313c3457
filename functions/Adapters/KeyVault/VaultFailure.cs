using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Azure;
using Azure.Identity;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>What went wrong, in words that say what to do. Key Vault's own texts name the caller's ids and are long; its codes are enough.</summary>
internal static class VaultFailure
{
    public static VaultProblem Describe(Exception failure, Uri vault, string secret, DateTimeOffset now) => failure switch
    {
        RequestFailedException { Status: 403 } refused => Unavailable(Refused(refused, vault)),
        RequestFailedException { Status: 401 } => Unavailable(
            $"{vault} does not accept the broker's token. Is the vault in the tenant of the broker's identity?"),
        RequestFailedException { Status: 404 } => NotThere(vault, secret),
        RequestFailedException { Status: 429 } busy => Unavailable($"{vault} is throttling (429): it is asked too often, by this broker or by others.", RetryAfter(busy, now)),
        RequestFailedException { Status: > 0 } other => Unavailable($"{vault} answered {other.Status} {other.ErrorCode}.".Replace(" .", ".", StringComparison.Ordinal), RetryAfter(other, now)),
        RequestFailedException network => Unavailable(Network(network, vault)),
        AggregateException several when several.InnerExceptions.Count > 0 => Describe(several.InnerExceptions[^1], vault, secret, now),
        AuthenticationFailedException identity => Unavailable(
            $"The broker's identity gets no token for {vault}: {FirstLine(identity.Message)} In Azure, assign the identity to the app and set its client id; elsewhere, sign in with 'az login'."),
        OperationCanceledException => Unavailable($"{vault} took too long to answer."),
        InvalidOperationException => Unavailable(
            $"{vault} does not answer as a vault of its cloud does. Vaults are NAME.vault.azure.net, .vault.azure.cn or .vault.usgovcloudapi.net: copy the address from the vault's overview page."),
        _ => Unavailable($"{vault} could not be read: {failure.GetType().Name}."),
    };

    public static VaultProblem NotThere(Uri vault, string secret) => new(
        VaultProblemKind.NoSecret, $"There is no secret '{secret}' in {vault}. Set it there, or name the right one in the settings.");

    /// <summary>The innermost code of Key Vault's error: <c>ForbiddenByRbac</c>, <c>SecretDisabled</c> and so on.</summary>
    public static string? CodeOf(RequestFailedException failure)
    {
        try
        {
            using var body = JsonDocument.Parse(failure.GetRawResponse()?.Content ?? BinaryData.Empty);
            string? code = null;
            for (var error = body.RootElement.Property("error"); error is { } at; error = at.Property("innererror"))
            {
                code = at.Property("code")?.GetString() ?? code;
            }

            return code;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return failure.ErrorCode;
        }
    }

    private static string Refused(RequestFailedException refused, Uri vault) => CodeOf(refused) switch
    {
        "ForbiddenByFirewall" or "ForbiddenByConnection" =>
            $"The firewall of {vault} keeps the broker out (403). Let its network in, or give the vault a private endpoint in it.",
        "ForbiddenByPolicy" =>
            $"The broker's identity may not read secrets of {vault} (403). The vault uses access policies: give it get and list of secrets, or switch the vault to role-based access.",
        var code => string.Create(
            CultureInfo.InvariantCulture,
            $"The broker's identity may not read secrets of {vault} (403{(code is null ? "" : $" {code}")}). Give it the role Key Vault Secrets User on this vault; a new assignment takes some minutes to count."),
    };

    private static string Network(Exception failure, Uri vault)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return $"There is no host {vault.Host}. Is the vault's name right? Behind a private endpoint: does the broker's network resolve it?";
                case AuthenticationException:
                    return $"The certificate of {vault.Host} is not trusted. Is something between the broker and the vault?";
                case SocketException socket:
                    return $"{vault.Host} cannot be reached ({socket.SocketErrorCode}).";
                default:
                    continue;
            }
        }

        return $"{vault.Host} cannot be reached.";
    }

    private static VaultProblem Unavailable(string text, TimeSpan? retryAfter = null) => new(VaultProblemKind.Unavailable, text, retryAfter);

    // RFC 9110 10.2.3: seconds or a date.
    internal static TimeSpan? RetryAfter(RequestFailedException failure, DateTimeOffset now) =>
        failure.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var value) != true ? null
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > now ? date - now
        : null;

    private static string FirstLine(string text)
    {
        var line = text.AsSpan()[..Math.Min(text.Length, 300)];
        var end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).ToString();
    }

    private static JsonElement? Property(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
