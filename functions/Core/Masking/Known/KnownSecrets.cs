using System.Text;
using CursorBroker.Core.Masking.Known;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Masking;

/// <summary>
/// Values that the broker handed out or read: masked by exact match, plain and in base64 (all three alignments, both alphabets), hex, URL and JSON
/// encoding. Values come and go while streams run; a stream sees the change with its next chunk.
/// </summary>
/// <remarks>
/// What is longer than <see cref="Piece"/> is known by pieces of it, which are found each by itself: in base64 up to four characters between two of them stay.
/// </remarks>
public sealed class KnownSecrets(TimeProvider time)
{
    /// <summary>Shortest value accepted, in bytes: what is shorter stands in ordinary text by chance.</summary>
    public const int Shortest = 12;

    /// <summary>Longest value accepted, in bytes.</summary>
    public const int Longest = 64 * 1024;

    /// <summary>Longest piece that is looked for as a whole, in bytes.</summary>
    public const int Piece = 1024;

    /// <summary>Least entropy accepted, in bits a byte.</summary>
    public const double LeastEntropy = 2.5;

    /// <summary>Shortest value accepted, in characters, that has no digit and no letters of both cases: shorter ones are names of something.</summary>
    public const int ShortestWords = 20;

    internal const string RuleId = "known-secret";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _values = new(StringComparer.Ordinal);
    private volatile KnownForms _forms = new();
    private long _expiresAt = long.MaxValue;

    /// <summary>Registers a value until it expires; false when it is too short, too long or too plain to be matched by value.</summary>
    public bool TryAdd(string value, DateTimeOffset expires)
    {
        ArgumentNullException.ThrowIfNull(value);
        var pieces = PiecesOf(value).Where(IsRandom).ToArray();
        if (pieces.Length == 0 || IsName(value))
        {
            return false;
        }

        lock (_gate)
        {
            if (_values.TryGetValue(value, out var held))
            {
                held.Expires = held.Expires > expires ? held.Expires : expires;
            }
            else
            {
                _values.Add(value, new([.. pieces.SelectMany(SecretForms.Of).Select(_forms.Add)]) { Expires = expires });
            }

            Volatile.Write(ref _expiresAt, Math.Min(_expiresAt, expires.UtcTicks));
        }

        return true;
    }

    /// <summary>
    /// Whether a value can be told from ordinary text: long and random enough, and not what names, paths and addresses look like, of which a world full of them would be masked.
    /// </summary>
    public static bool IsTelling(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return !IsName(value) && PiecesOf(value).Any(IsRandom);
    }

    /// <summary>What is looked for now.</summary>
    internal KnownForms Current
    {
        get
        {
            var now = time.GetUtcNow();
            if (now.UtcTicks >= Volatile.Read(ref _expiresAt))
            {
                lock (_gate)
                {
                    Forget(now);
                }
            }

            return _forms;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (value, held) in _values.Where(pair => pair.Value.Expires <= now).ToArray())
        {
            _values.Remove(value);
            foreach (var form in held.Forms)
            {
                _forms.Remove(form);
            }
        }

        if (_forms.IsMostlyGone)
        {
            var built = new KnownForms();
            foreach (var held in _values.Values)
            {
                held.Forms = [.. held.Forms.Select(form => built.Add(_forms[form]!))];
            }

            _forms = built;
        }

        Volatile.Write(ref _expiresAt, _values.Count == 0 ? long.MaxValue : _values.Values.Min(static held => held.Expires).UtcTicks);
    }

    private static bool IsName(string value) =>
        !value.Any(char.IsAsciiDigit)
        && !(value.Any(char.IsAsciiLetterLower) && value.Any(char.IsAsciiLetterUpper))
        && value.All(static c => char.IsAsciiLetter(c) || c is '-' or '_' or '/' or '.' or ' ' or ':')
        && (value.Length < ShortestWords || value.Any(static c => c is '/' or '.' or ':'));

    private static bool IsRandom(string piece)
    {
        var bytes = Encoding.UTF8.GetBytes(piece);
        return bytes.Length >= Shortest && Validators.EntropyOf(bytes) >= LeastEntropy;
    }

    /// <summary>Pieces of about the same length, none of them longer than <see cref="Piece"/> bytes; none at all of what is too long.</summary>
    private static IEnumerable<string> PiecesOf(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > Longest)
        {
            yield break;
        }

        var most = length <= Piece ? Piece : length / ((length / Piece) + 1) + 4;
        var (piece, bytes) = (new StringBuilder(), 0);
        foreach (var rune in value.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > most)
            {
                yield return piece.ToString();
                piece.Clear();
                bytes = 0;
            }

            piece.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        if (bytes > 0)
        {
            yield return piece.ToString();
        }
    }

    private sealed class Held(int[] forms)
    {
        public int[] Forms { get; set; } = forms;

        public DateTimeOffset Expires { get; set; }
    }
}
