using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Validating;

namespace CursorBroker.Core.Vaults;

/// <summary>Values that can be guessed: nothing is told of them by which a guess could be seen to be right.</summary>
internal static class PlainValues
{
    /// <summary>Whether a value is long and varied enough to be masked by value, and so to have a fingerprint.</summary>
    public static bool IsTelling(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var bytes = Encoding.UTF8.GetBytes(value);
        return bytes.Length >= KnownSecrets.Shortest && Validators.EntropyOf(bytes) >= KnownSecrets.LeastEntropy;
    }
}
