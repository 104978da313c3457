using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Gateway.SignIn.Server.Stores;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>
/// A refresh token: which family, the how manieth of it, and a proof that the broker made it. So one that was used already can be told from one that somebody invented, and
/// only the first is a reason to end the sign-in.
/// </summary>
/// <param name="Family">The family's id.</param>
/// <param name="Generation">Which of its refresh tokens.</param>
/// <param name="Proof">The proof.</param>
internal sealed record RefreshToken(string Family, int Generation, string Proof)
{
    private const string Prefix = "cbr_";
    private const int MaxLength = 200;

    /// <summary>The family's token of this number.</summary>
    public static string Make(string id, Family family, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}.{generation}.{ProofOf(id, family, generation)}");

    /// <summary>Takes one apart; it is not believed yet.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = text is { Length: <= MaxLength } && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length..].Split('.') is [{ Length: 43 } family, var number, { Length: > 0 } proof]
            && family.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && number == generation.ToString(CultureInfo.InvariantCulture)
                ? new RefreshToken(family, generation, proof)
                : null;
        return token is not null;
    }

    /// <summary>Whether the broker made it, now or earlier, for this family.</summary>
    public bool IsOf(Family family) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Proof), Encoding.UTF8.GetBytes(ProofOf(Family, family, Generation)));

    /// <summary>Without the proof.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"refresh token {Generation} of {Family}");

    private static string ProofOf(string id, Family family, int generation) => Base64Url.EncodeToString(HMACSHA256.HashData(
        Convert.FromBase64String(family.Key), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{generation}"))));
}
