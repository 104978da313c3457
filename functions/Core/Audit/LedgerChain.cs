using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CursorBroker.Core.Audit;

/// <summary>
/// The hash chain of the Ledger, and nothing else: no storage, no clock. A record's hash is SHA-256 over its sequence number (8 bytes,
/// big-endian), the hash of the record before (32 bytes; zeros for the first) and the payload as it is.
/// </summary>
public static class LedgerChain
{
    /// <summary>Length of a hash in hex digits.</summary>
    public const int HashHexLength = 2 * SHA256.HashSizeInBytes;

    /// <summary>
    /// Largest payload, in bytes (4 MiB). A push of several thousand refs with its trace stays below; more is refused, so that reading a ledger
    /// or an export needs bounded memory.
    /// </summary>
    public const int MaxPayloadBytes = 4 * 1024 * 1024;

    /// <summary>The record that follows a point of the chain.</summary>
    /// <exception cref="ArgumentException">The payload is larger than <see cref="MaxPayloadBytes"/>.</exception>
    public static LedgerRecord Next(LedgerHead head, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MaxPayloadBytes)
        {
            throw new ArgumentException($"An audit event of {payload.Length} bytes; the most is {MaxPayloadBytes}.", nameof(payload));
        }

        var sequence = head.Sequence + 1;
        return new LedgerRecord(sequence, head.Hash, Hash(sequence, head.Hash, payload.Span), payload);
    }

    /// <summary>A record's hash in lower-case hex.</summary>
    /// <param name="sequence">The record's number.</param>
    /// <param name="previousHash">The hash of the record before, 64 hex digits.</param>
    /// <param name="payload">The event's bytes.</param>
    public static string Hash(long sequence, string previousHash, ReadOnlySpan<byte> payload)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long) + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(prefix, sequence);
        Convert.FromHexString(previousHash).CopyTo(prefix[sizeof(long)..]);

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(prefix);
        sha.AppendData(payload);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Verifies records from the first one on.</summary>
    /// <param name="records">All records, in order.</param>
    /// <param name="anchor">A point that must be in the chain, kept from earlier or elsewhere; null for none. See <see cref="LedgerHead"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<LedgerVerification> VerifyAsync(
        IAsyncEnumerable<LedgerRecord> records, LedgerHead? anchor, CancellationToken cancellationToken)
    {
        var verifier = new LedgerVerifier(anchor);
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            if (!verifier.Accept(record))
            {
                break;
            }
        }

        return verifier.Finish();
    }
}
