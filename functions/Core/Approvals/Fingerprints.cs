using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Approvals;

/// <summary>
/// Makes fingerprints: SHA-256 over a versioned list of fields, each with its length before it, so that no two operations run together alike.
/// </summary>
/// <remarks>The encoding never changes: approvals that wait are found by it. Another one gets another version.</remarks>
public static class Fingerprints
{
    private const string OfPushes = "cursorbroker.fingerprint.1";

    // The first did not say in which form the answer is asked for.
    private const string OfRequests = "cursorbroker.fingerprint.2";

    private const string OfSecrets = "cursorbroker.fingerprint.3";

    // Throws on what has no UTF-8: replaced, two texts would be one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Moving refs of a repository, whichever protocol asked; the order of the refs does not matter.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="repositoryId">GitHub's own id, which a rename does not change; above zero.</param>
    /// <param name="updates">Every ref command; at least one.</param>
    /// <exception cref="ArgumentException">Nothing to do, or a text that has no UTF-8 form.</exception>
    public static Fingerprint OfPush(PersonId person, long repositoryId, IEnumerable<RefUpdate> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var ordered = updates
            .OrderBy(static update => update.Ref.Value, StringComparer.Ordinal)
            .ThenBy(static update => update.Old.Hex, StringComparer.Ordinal)
            .ThenBy(static update => update.New.Hex, StringComparer.Ordinal)
            .ToList();
        if (ordered.Count == 0)
        {
            throw new ArgumentException("A push of no ref.", nameof(updates));
        }

        var fields = Begin(OfPushes, "push", person, repositoryId);
        Append(fields, ordered.Count);
        foreach (var update in ordered)
        {
            Append(fields, update.Old.Hex);
            Append(fields, update.New.Hex);
            Append(fields, update.Ref.Value);
        }

        return Fingerprint.Of(SHA256.HashData(fields.WrittenSpan));
    }

    /// <summary>A request that is no push.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="repositoryId">GitHub's own id; above zero.</param>
    /// <param name="method">The method, as it would be sent.</param>
    /// <param name="path">The path, as it would be sent.</param>
    /// <param name="query">The query without its question mark, as it would be sent; empty for none.</param>
    /// <param name="bodySha256">SHA-256 of the body, 32 bytes; of nothing for none.</param>
    /// <param name="resolvedState">What it acts on as it stands now, such as the head commit of a merge; empty when there is none.</param>
    /// <param name="form">What else changes what is sent or answered: the form of the answer that is asked for, the part of it, the type of the body.</param>
    /// <exception cref="ArgumentException">Not a SHA-256, or a text that has no UTF-8 form.</exception>
    public static Fingerprint OfRequest(
        PersonId person, long repositoryId, string method, string path, string query, ReadOnlySpan<byte> bodySha256, string resolvedState, string form)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bodySha256.Length, SHA256.HashSizeInBytes);
        var fields = Begin(OfRequests, "request", person, repositoryId);
        Append(fields, method);
        Append(fields, path);
        Append(fields, query);
        Append(fields, bodySha256);
        Append(fields, resolvedState);
        Append(fields, form);
        return Fingerprint.Of(SHA256.HashData(fields.WrittenSpan));
    }

    /// <summary>Something done with a secret of a vault.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="secret">The secret, and its version as it stands now.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">What is asked of the vault, as it would be sent.</param>
    /// <param name="call">The verb that is granted.</param>
    /// <param name="bodyDigest">A keyed digest of the body, 32 bytes: who sees the fingerprint must not find the value by trying.</param>
    /// <exception cref="ArgumentException">Not a digest of that length.</exception>
    public static Fingerprint OfSecret(PersonId person, SecretIdentity secret, string method, string path, SecretCall call, ReadOnlySpan<byte> bodyDigest)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bodyDigest.Length, SHA256.HashSizeInBytes);
        var fields = Begin(OfSecrets, "secret", person);
        Append(fields, secret.Target.Vault.Value.ToLowerInvariant());
        Append(fields, secret.Target.Name?.Value.ToLowerInvariant() ?? "");
        Append(fields, secret.Current?.Value ?? "");
        Append(fields, method);
        Append(fields, path);
        Append(fields, call.ToString());
        Append(fields, bodyDigest);
        return Fingerprint.Of(SHA256.HashData(fields.WrittenSpan));
    }

    private static ArrayBufferWriter<byte> Begin(string version, string kind, PersonId person, long repositoryId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(repositoryId);
        var fields = Begin(version, kind, person);
        Append(fields, repositoryId);
        return fields;
    }

    private static ArrayBufferWriter<byte> Begin(string version, string kind, PersonId person)
    {
        ArgumentNullException.ThrowIfNull(person);
        var fields = new ArrayBufferWriter<byte>();
        Append(fields, version);
        Append(fields, kind);
        Append(fields, person.Issuer);
        Append(fields, person.Subject);
        return fields;
    }

    private static void Append(ArrayBufferWriter<byte> fields, string text) => Append(fields, Utf8.GetBytes(text));

    private static void Append(ArrayBufferWriter<byte> fields, ReadOnlySpan<byte> bytes)
    {
        Append(fields, bytes.Length);
        fields.Write(bytes);
    }

    private static void Append(ArrayBufferWriter<byte> fields, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(fields.GetSpan(sizeof(long)), number);
        fields.Advance(sizeof(long));
    }
}
