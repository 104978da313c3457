using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CursorBroker.Core.Masking.Scanning;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Masking;

/// <summary>
/// Values that the broker handed out or read: masked by exact match, plain and in base64 (all three alignments, both alphabets), hex, URL and JSON
/// encoding. Values come and go while streams run; a stream sees the change with its next chunk.
/// </summary>
public sealed class KnownSecrets(TimeProvider time)
{
    /// <summary>Shortest value accepted, in bytes: what is shorter stands in ordinary text by chance.</summary>
    public const int Shortest = 12;

    /// <summary>Longest value accepted, in bytes.</summary>
    public const int Longest = 1024;

    /// <summary>Least entropy accepted, in bits a byte.</summary>
    public const double LeastEntropy = 2.5;

    internal const string RuleId = "known-secret";
    internal const int Behind = PrefixLength - 1;
    private const int PrefixLength = 32;

    private readonly Lock _gate = new();
    private ImmutableDictionary<string, DateTimeOffset> _values = ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);
    private volatile Forms _forms = new([]);
    private long _expiresAt = long.MaxValue;

    /// <summary>Registers a value until it expires; false when it is too short, too long or too plain to be matched by value.</summary>
    public bool TryAdd(string value, DateTimeOffset expires)
    {
        ArgumentNullException.ThrowIfNull(value);
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length is < Shortest or > Longest || Validators.EntropyOf(bytes) < LeastEntropy)
        {
            return false;
        }

        lock (_gate)
        {
            var until = _values.TryGetValue(value, out var known) && known > expires ? known : expires;
            Swap(_values.SetItem(value, until));
        }

        return true;
    }

    internal Forms Current
    {
        get
        {
            if (time.GetUtcNow().UtcTicks >= Volatile.Read(ref _expiresAt))
            {
                lock (_gate)
                {
                    Swap(_values);
                }
            }

            return _forms;
        }
    }

    private void Swap(ImmutableDictionary<string, DateTimeOffset> values)
    {
        var now = time.GetUtcNow();
        _values = values.RemoveRange(values.Where(pair => pair.Value <= now).Select(static pair => pair.Key));
        _forms = new([.. _values.Keys.SelectMany(Encodings).DistinctBy(Convert.ToHexString)]);
        Volatile.Write(ref _expiresAt, _values.IsEmpty ? long.MaxValue : _values.Values.Min().UtcTicks);
    }

    private static IEnumerable<byte[]> Encodings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return bytes;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
        yield return Encoding.ASCII.GetBytes(Uri.EscapeDataString(value));
        yield return JsonEncodedText.Encode(value).EncodedUtf8Bytes.ToArray();
        yield return JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
        for (var shift = 0; shift < 3; shift++)
        {
            // Only the characters that the value alone decides; those it shares with its neighbours differ from place to place.
            var encoded = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var first = shift == 0 ? 0 : shift + 1;
            var whole = encoded[first..((bytes.Length + shift) * 8 / 6)];
            yield return Encoding.ASCII.GetBytes(whole);
            yield return Encoding.ASCII.GetBytes(whole.Replace('+', '-').Replace('/', '_'));
        }
    }

    /// <summary>All forms of all values, with the scanner that finds them by their beginnings.</summary>
    internal sealed class Forms(byte[][] values)
    {
        public byte[][] Values { get; } = values;

        public AnchorScanner Scanner { get; } = new(values.Select(static value => new Literal(value[..Math.Min(value.Length, PrefixLength)], IgnoreCase: false)));
    }
}
