using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn.Server.Keys;

/// <summary>A key as it rests in State, sealed.</summary>
/// <param name="Id">Its <c>kid</c>.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Private">The private key (PKCS #8), in base64.</param>
internal sealed record KeptKey(string Id, DateTimeOffset Made, string Private);

/// <summary>All keys that count.</summary>
internal sealed record SigningKeyRing(ImmutableArray<KeptKey> Keys)
{
    /// <summary>How old a key is when the next one is made.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(30);

    /// <summary>For how long a key is published before anything is signed with it: whoever keeps the published set has read it again by then.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    /// <summary>For how long a key is kept once the next one signs: longer than any token lasts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(25);

    /// <summary>The key to sign with: the newest that has been published long enough, or the oldest when none has.</summary>
    public KeptKey Signing(DateTimeOffset now) =>
        Keys.Where(key => now - key.Made >= Notice).MaxBy(static key => key.Made) ?? Keys.MinBy(static key => key.Made)!;

    /// <summary>Whether another key is due.</summary>
    public bool IsStale(DateTimeOffset now) => Keys.IsEmpty || now - Keys.Max(static key => key.Made) >= Rotation;

    /// <summary>The keys whose tokens count: all but those whose successor was made so long ago that no token of theirs can be in use.</summary>
    public IEnumerable<KeptKey> Good(DateTimeOffset now) =>
        Keys.Where(key => !Keys.Any(later => later.Made > key.Made && now - later.Made > Notice + Grace));

    /// <summary>With a new key, and without those that no token in use can have been signed with.</summary>
    public SigningKeyRing With(KeptKey key, DateTimeOffset now)
    {
        var signing = Keys.IsEmpty ? null : Signing(now);
        return new([.. Keys.Where(old => old == signing || old.Made > signing!.Made || now - signing.Made < Notice + Grace), key]);
    }
}
