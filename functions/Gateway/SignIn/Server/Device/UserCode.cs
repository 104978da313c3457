using System.Security.Cryptography;

namespace CursorBroker.Gateway.SignIn.Server.Device;

/// <summary>
/// The code that a person types: eight letters, no vowels, so that it is no word (RFC 8628, section 6.1). There are 25 billion; whoever guesses has ten tries a minute, and
/// has signed in under their own name.
/// </summary>
internal static class UserCode
{
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    public static string New() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>As it is shown: in two halves.</summary>
    public static string Show(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";

    /// <summary>A code as somebody typed it, without what does not matter; null when it cannot be one.</summary>
    public static string? Read(string? typed)
    {
        var code = string.Concat((typed ?? "").Where(static c => c is not ('-' or ' '))).ToUpperInvariant();
        return code.Length == Length && code.All(static c => Letters.Contains(c, StringComparison.Ordinal)) ? code : null;
    }
}
