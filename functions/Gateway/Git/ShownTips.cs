using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// Which tips a session was shown in the last minutes, in State, since the fetch that follows a listing may reach another instance.
/// Without it a ref that moves between the two would fail the fetch, and every fetch would cost a listing of its own.
/// </summary>
internal sealed class ShownTips(IStateStore store, TimeProvider time)
{
    /// <summary>How long what was shown may still be fetched.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private const string Collection = "shown-tips";
    private const int MaxAttempts = 5;

    /// <summary>
    /// Adds tips to those remembered. Too many for one record, or too many others writing at once, and they are not remembered: the
    /// fetch then reads the refs anew.
    /// </summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask<bool> RememberAsync(ShownTipsKey key, IReadOnlyCollection<GitOid> tips, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var record = await store.ReadAsync(KeyOf(key), cancellationToken);
            var entries = record is null ? [] : ShownTipsFormat.Read(record.Value.Span, now - Grace);
            foreach (var tip in tips)
            {
                entries[tip] = now;
            }

            if (ShownTipsFormat.Write(entries) is not { } value)
            {
                return false;
            }

            var written = record is null
                ? await store.CreateAsync(KeyOf(key), value, now + Grace, cancellationToken)
                : await store.ReplaceAsync(KeyOf(key), value, record.Version, now + Grace, cancellationToken);
            if (written is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The tips shown within <see cref="Grace"/>.</summary>
    /// <exception cref="StateUnavailableException">State cannot be reached.</exception>
    public async ValueTask<IReadOnlyCollection<GitOid>> RecallAsync(ShownTipsKey key, CancellationToken cancellationToken) =>
        await store.ReadAsync(KeyOf(key), cancellationToken) is { } record
            ? ShownTipsFormat.Read(record.Value.Span, time.GetUtcNow() - Grace).Keys
            : [];

    private static StateKey KeyOf(ShownTipsKey key) => new(Collection, key.Id);
}

/// <summary>Under what tips are remembered.</summary>
/// <param name="Id">A digest.</param>
internal sealed record ShownTipsKey(string Id)
{
    /// <summary>
    /// The session, the repository, and what of it is visible: a policy that hides more from now on must not be undone by what was shown
    /// under the one before.
    /// </summary>
    public static ShownTipsKey Of(IUpstreamReader upstream, Grant grant) => new(Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{upstream.Session.Value}\n{upstream.Repository.Id}\n{grant.Visible}"))));
}

/// <summary>Tips and when each was shown, as bytes: per tip four of the second, one of the length, and the id.</summary>
internal static class ShownTipsFormat
{
    private const int Overhead = 5;

    /// <summary>The tips shown at <paramref name="since"/> or later. Bytes that make no sense end the list.</summary>
    public static Dictionary<GitOid, DateTimeOffset> Read(ReadOnlySpan<byte> value, DateTimeOffset since)
    {
        var entries = new Dictionary<GitOid, DateTimeOffset>();
        while (value.Length > Overhead && value[4] is 20 or 32 && value.Length >= Overhead + value[4])
        {
            var shown = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(value));
            if (shown >= since)
            {
                entries[GitOid.Parse(Convert.ToHexStringLower(value.Slice(Overhead, value[4])))] = shown;
            }

            value = value[(Overhead + value[4])..];
        }

        return entries;
    }

    /// <summary>The bytes; null when they do not fit into one record.</summary>
    public static byte[]? Write(IReadOnlyDictionary<GitOid, DateTimeOffset> entries)
    {
        var size = entries.Keys.Sum(static oid => Overhead + (oid.Hex.Length / 2));
        if (size > StateRecord.MaxValueBytes)
        {
            return null;
        }

        var value = new byte[size];
        var rest = value.AsSpan();
        foreach (var (oid, shown) in entries)
        {
            var length = oid.Hex.Length / 2;
            BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)shown.ToUnixTimeSeconds());
            rest[4] = (byte)length;
            Convert.FromHexString(oid.Hex, rest[Overhead..], out _, out _);
            rest = rest[(Overhead + length)..];
        }

        return value;
    }
}

/// <summary>Remembers what an advertisement shows, before its end is written.</summary>
internal sealed class ShownTipsVisitor(ShownTips tips, ShownTipsKey key) : IShownRefVisitor
{
    private readonly ShownRefs _shown = new();

    public void Shown(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name) => _shown.Shown(oid, name);

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_shown.Count > 0)
        {
            await tips.RememberAsync(key, _shown.Oids, cancellationToken);
        }
    }
}
