using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace CursorBroker.Core.Masking.Validating;

/// <summary>The fixed list of validators that rules may name; what each accepts is said in the rules' README.</summary>
internal static partial class Validators
{
    private static readonly int[] DigestLengths = [32, 40, 48, 56, 64, 96, 128];

    /// <summary>Those without a parameter, by name.</summary>
    public static FrozenDictionary<string, Validator> Named { get; } = new Dictionary<string, Validator>
    {
        ["mixed"] = Mixed,
        ["placeholder"] = static value => !Placeholders.IsOne(value),
        ["not-word"] = static value => !Words.MakeUp(value),
        ["not-identifier"] = static value => !Words.MakeAnIdentifier(value),
        ["not-hex-digest"] = static value => !(DigestLengths.Contains(value.Length) && AllHex(value)),
        ["not-uuid"] = static value => !Uuid().IsMatch(Text(value)),
        ["not-alphabet"] = static value => !Text(value).Contains("abcdefghijklmnopqrstuvwxyz", StringComparison.OrdinalIgnoreCase),
        ["not-path"] = static value => !IsPath(Text(value)),
        ["random-case"] = RandomCase,
        ["not-name"] = static value => RandomCase(value) || (value.Length >= 20 && AllLetters(value)),
        ["jwt"] = HasJwtHeader,
    }.ToFrozenDictionary();

    /// <summary>Accepts what has at least so many bits a byte.</summary>
    public static Validator Entropy(double least) => value => EntropyOf(value) >= least;

    /// <summary>Shannon's entropy of the bytes, in bits a byte.</summary>
    public static double EntropyOf(ReadOnlySpan<byte> value)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var item in value)
        {
            counts[item]++;
        }

        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / value.Length;
                bits -= share * Math.Log2(share);
            }
        }

        return bits;
    }

    public static string Text(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value);

    private static bool Mixed(ReadOnlySpan<byte> value)
    {
        var (digit, letter) = (false, false);
        foreach (var item in value)
        {
            digit |= char.IsAsciiDigit((char)item);
            letter |= char.IsAsciiLetter((char)item);
        }

        return digit && letter;
    }

    private static bool AllHex(ReadOnlySpan<byte> value)
    {
        foreach (var item in value)
        {
            if (!char.IsAsciiHexDigit((char)item))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllLetters(ReadOnlySpan<byte> value)
    {
        foreach (var item in value)
        {
            if (!char.IsAsciiLetter((char)item))
            {
                return false;
            }
        }

        return true;
    }

    private static bool RandomCase(ReadOnlySpan<byte> value)
    {
        var changes = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsAsciiDigit((char)value[i]))
            {
                return true;
            }

            changes += i > 0 && char.IsAsciiLetter((char)value[i]) && char.IsAsciiLetter((char)value[i - 1]) && ((value[i] ^ value[i - 1]) & 0x20) != 0 ? 1 : 0;
        }

        return changes * 4 >= value.Length;
    }

    private static bool IsPath(string value) =>
        value.Contains("://", StringComparison.Ordinal) || FileName().IsMatch(value) || Version().IsMatch(value)
        || value is ['.' or '/', ..] || (value is [var drive, ':', ..] && char.IsAsciiLetter(drive))
        || value.Count('/') * 8 > value.Length + 8;

    private static bool HasJwtHeader(ReadOnlySpan<byte> value)
    {
        var dot = value.IndexOf((byte)'.');
        if (dot <= 0)
        {
            return false;
        }

        // Whole quanta alone: its beginning says enough, also when the end was cut.
        var header = value[..dot].TrimEnd((byte)'=');
        header = header[..(header.Length & ~3)];
        Span<byte> decoded = header.Length <= 4096 ? stackalloc byte[3072] : default;
        if (header.Length > 4096 || Base64Url.DecodeFromUtf8(header, decoded, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        return decoded[..written].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    [GeneratedRegex(@"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(
        @"\.(?:com|net|org|io|dev|js|ts|json|xml|htm|html|cs|py|go|rb|sh|md|png|jpg|jpeg|gif|svg|ico|css|pem|key|crt|cer|pfx|p12|jks|keystore|txt|yml|yaml|zip|gz|tgz|dll|exe|jar|local|internal)(?:[/:]|\z)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex FileName();

    [GeneratedRegex(@"[0-9]{1,5}\.[0-9]{1,5}\.[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
