using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CursorBroker.Gateway.TokenExchange;

/// <summary>
/// The fields of an <c>application/x-www-form-urlencoded</c> body (URL Standard, section 5), read so that nobody else can read them otherwise: no name twice (RFC 6749, section
/// 3.2), every escape whole, valid UTF-8, no control characters.
/// </summary>
internal sealed class FormFields
{
    private const int MostFields = 32;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _fields;

    private FormFields(Dictionary<string, string> fields) => _fields = fields;

    /// <summary>The value; null when the field is not there or empty, which counts as the same (RFC 6749, section 3.2).</summary>
    public string? this[string name] => _fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The fields; false, with what is wrong, when there could be two minds about them.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out FormFields? form, [NotNullWhen(false)] out string? problem)
    {
        (form, problem) = (null, null);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            var equals = field.IndexOf((byte)'=');
            if (equals <= 0 || Decode(field[..equals]) is not { } name || Decode(field[(equals + 1)..]) is not { } value)
            {
                problem = "The body is not a form: NAME=VALUE, joined by '&', in UTF-8 and percent-encoded.";
            }
            else if (!fields.TryAdd(name, value))
            {
                problem = "A parameter is there twice.";
            }
            else if (fields.Count > MostFields)
            {
                problem = "There are too many parameters.";
            }

            if (problem is not null)
            {
                return false;
            }
        }

        form = new(fields);
        return true;
    }

    private static string? Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    return null;
                }

                value = Convert.FromHexString([(char)text[i + 1], (char)text[i + 2]])[0];
                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }

            decoded[length++] = value;
        }

        try
        {
            var result = Strict.GetString(decoded, 0, length);
            return result.Any(char.IsControl) ? null : result;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
