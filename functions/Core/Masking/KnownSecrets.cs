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
    private const int PrefixLength = 32;

    private readonly Lock _gate = new();
    private ImmutableDictionary<string, DateTimeOffset> _values = ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);
    private volatile Forms? _forms = new([]);
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
            _values = _values.SetItem(value, until);
            _forms = null;
        }

        return true;
    }

    internal Forms Current
    {
        get
        {
            if (_forms is { } current && time.GetUtcNow().UtcTicks < Volatile.Read(ref _expiresAt))
            {
                return current;
            }

            lock (_gate)
            {
                // Built when they are needed, so that many values added at once cost one building.
                var now = time.GetUtcNow();
                _values = _values.RemoveRange(_values.Where(pair => pair.Value <= now).Select(static pair => pair.Key));
                Volatile.Write(ref _expiresAt, _values.IsEmpty ? long.MaxValue : _values.Values.Min().UtcTicks);
                var built = new Forms([.. _values.Keys.SelectMany(Encodings).DistinctBy(Convert.ToHexString)]);
                _forms = built;
                return built;
            }
        }
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
    internal sealed class Forms
    {
        public Forms(byte[][] values)
        {
            Values = values;
            var beginnings = values.Select(static value => value[..Math.Min(value.Length, PrefixLength)]).ToList();
            Scanner = new(beginnings.Select(static value => new Literal(value, IgnoreCase: false)));
            Within = new(beginnings.Select(static value => ((ReadOnlyMemory<byte>)value, 0)));
        }

        public byte[][] Values { get; }

        public AnchorScanner Scanner { get; }

        public Beginnings Within { get; }
    }
}
