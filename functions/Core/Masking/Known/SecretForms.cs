using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CursorBroker.Core.Masking.Known;

/// <summary>How a value may be written.</summary>
internal static class SecretForms
{
    /// <summary>Shortest form, in bytes: base64 of the shortest value, without the characters that it shares with its neighbours.</summary>
    public const int Shortest = KnownForms.Shortest;

    /// <summary>Each way once.</summary>
    public static IEnumerable<byte[]> Of(string value) => Written(value).DistinctBy(Convert.ToHexString);

    private static IEnumerable<byte[]> Written(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return bytes;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
        yield return Encoding.ASCII.GetBytes(Uri.EscapeDataString(value));
        yield return JsonEncodedText.Encode(value).EncodedUtf8Bytes.ToArray();
        yield return JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
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
}
