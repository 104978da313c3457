using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Vaults;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>A request that a vault answers, through the broker's own identity there.</summary>
public interface ISecretRequest
{
    /// <summary>The secret, or all of a vault's.</summary>
    SecretTarget Target { get; }

    /// <summary>The method, as the vault's REST API has it.</summary>
    string Method { get; }

    /// <summary>Path and query, as the vault's REST API has them.</summary>
    string PathAndQuery { get; }

    /// <summary>Whether it changes anything.</summary>
    bool Writes { get; }

    /// <summary>The value that it sends; null for none. It is known as a secret before it leaves.</summary>
    string? SentValue { get; }

    /// <summary>Asks the vault. Everything is decided and on record.</summary>
    ValueTask<Outcome<SecretReply>> AskAsync(SecretAsking asking, CancellationToken cancellationToken);
}

/// <summary>What a request to a vault is asked with.</summary>
/// <param name="Vault">The vault.</param>
/// <param name="Grant">What was granted.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Shape">What of a value may be shown to who may not have it.</param>
/// <param name="Mask">Masks text of the vault's: content types and tags, which people write.</param>
public sealed record SecretAsking(ISecretVault Vault, Grant Grant, Caller Caller, Func<string, SecretShape> Shape, Func<string, string> Mask);

/// <summary>A vault's answer, made ready for the caller and not written yet.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body, JSON.</param>
public sealed record SecretReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The value that was read for it, whether it is in the body or only its mask is; null for none.</summary>
    public SecretValue? Read { get; init; }

    /// <summary>Whether <see cref="Read"/>'s value itself is in the body.</summary>
    public bool HoldsValue { get; init; }

    /// <summary>What was changed, for the audit; null for nothing.</summary>
    public (SecretFacts Facts, string Change)? Changed { get; init; }

    /// <summary>Writes it.</summary>
    public async ValueTask WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(Body, cancellationToken);
    }
}
