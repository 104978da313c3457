using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Gateway.SignIn;

/// <summary>What a person's hooks send their events with: 256 random bits. Shown once and kept as its digest.</summary>
internal sealed class HookKey
{
    private const string Prefix = "cbh_";
    private const int Bytes = 32;
    private const int Characters = 43;

    private readonly string _text;

    private HookKey(string text) => _text = text;

    /// <summary>SHA-256 of the key, lower-case hex.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(_text)));

    public static HookKey New() => new(Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out HookKey? key)
    {
        var fits = text is { Length: 4 + Characters } && text.StartsWith(Prefix, StringComparison.Ordinal) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        key = fits ? new(text!) : null;
        return fits;
    }

    /// <summary>The key itself, for the one time that it is shown.</summary>
    public string Reveal() => _text;

    /// <summary>Without the key.</summary>
    public override string ToString() => "a hook key";
}
