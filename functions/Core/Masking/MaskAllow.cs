using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Masking;

/// <summary>A value that looks like a secret and is none.</summary>
internal sealed class MaskAllow(AllowedText entry)
{
    private readonly byte[]? _text = entry.Text is { } text ? Encoding.UTF8.GetBytes(text) : null;
    private readonly byte[]? _glob = entry.Glob is { } glob ? Encoding.UTF8.GetBytes(glob) : null;

    public bool Allows(string rule, ReadOnlySpan<byte> value) =>
        (entry.Rule is null || entry.Rule == rule)
        && ((_text is not null && value.SequenceEqual(_text))
            || (entry.Sha256 is not null && entry.Sha256 == Convert.ToHexStringLower(SHA256.HashData(value)))
            || (_glob is not null && Matches(_glob, value)));

    private static bool Matches(ReadOnlySpan<byte> glob, ReadOnlySpan<byte> value)
    {
        var (inGlob, inValue, star, tried) = (0, 0, -1, 0);
        while (inValue < value.Length)
        {
            if (inGlob < glob.Length && glob[inGlob] == '*')
            {
                (star, tried) = (inGlob++, inValue);
            }
            else if (inGlob < glob.Length && (glob[inGlob] == '?' || glob[inGlob] == value[inValue]))
            {
                inGlob++;
                inValue++;
            }
            else if (star >= 0)
            {
                (inGlob, inValue) = (star + 1, ++tried);
            }
            else
            {
                return false;
            }
        }

        return glob[inGlob..].IndexOfAnyExcept((byte)'*') < 0;
    }
}
