using System.Buffers.Text;
using System.Globalization;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Vault;

/// <summary>
/// Where a list goes on, for its caller to send back: sealed, since the vault's own token names the next secret, and where the broker would go with it is not for anybody to choose. It is good for
/// the list that it was given out for.
/// </summary>
internal sealed class VaultPages(ISecretSealer sealer)
{
    private const string Purpose = "cursorbroker.vault-page";

    /// <summary>The token of a page.</summary>
    /// <param name="route">The list.</param>
    /// <param name="page">The vault's own token; null for the first page.</param>
    /// <param name="skip">How many of that page were given out already.</param>
    public string Seal(VaultRoute route, string? page, int skip) =>
        Base64Url.EncodeToString(sealer.Seal(PurposeOf(route), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{skip} {page}"))));

    /// <summary>What was sealed; null when it is no such token.</summary>
    public (string? Page, int Skip)? Open(VaultRoute route, string token)
    {
        var box = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (!Base64Url.IsValid(token) || !Base64Url.TryDecodeFromChars(token, box, out var length) || sealer.Unseal(PurposeOf(route), box.AsSpan(0, length)) is not { } plain)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(plain);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return (space == text.Length - 1 ? null : text[(space + 1)..], int.Parse(text[..space], CultureInfo.InvariantCulture));
    }

    private static string PurposeOf(VaultRoute route) => $"{Purpose}.{route.Vault.Value.ToLowerInvariant()}.{route.Path.ToLowerInvariant()}";
}
