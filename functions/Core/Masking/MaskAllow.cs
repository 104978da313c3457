using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Core.Masking;

/// <summary>A value that looks like a secret and is none.</summary>
/// <param name="Rule">The rule that finds it; any when null.</param>
/// <param name="Hash">SHA-256 of the value, in lower-case hex; null when a glob says it.</param>
/// <param name="Glob">The value, in which <c>*</c> stands for any bytes and <c>?</c> for one; null when a hash says it.</param>
internal sealed record MaskAllow(string? Rule, string? Hash, string? Glob)
{
    public bool Allows(string rule, ReadOnlySpan<byte> value) =>
        (Rule is null || Rule == rule)
        && ((Hash is not null && Hash == Convert.ToHexStringLower(SHA256.HashData(value))) || (Glob is not null && Matches(Encoding.UTF8.GetBytes(Glob), value)));

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
