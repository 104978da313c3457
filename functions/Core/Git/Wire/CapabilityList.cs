using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Git.Wire;

/// <summary>A space-separated list of capabilities, as protocol v0 puts it behind the first line's NUL (gitprotocol-capabilities(5)).</summary>
internal static class CapabilityList
{
    private const int LongestShown = 64;

    /// <summary>Splits the list; false when it holds anything but printable ASCII.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> list, [NotNullWhen(true)] out string[]? capabilities)
    {
        capabilities = GitText.TryDecodePrintable(list, out var text) ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;
        return capabilities is not null;
    }

    /// <summary><c>key=value</c> in its parts; the value is null when there is no equals sign.</summary>
    public static (string Key, string? Value) Pair(string capability)
    {
        var equals = capability.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (capability, null) : (capability[..equals], capability[(equals + 1)..]);
    }

    /// <summary>The failure for a capability that is not on the list of those spoken.</summary>
    public static GitFailure Unknown(string capability) =>
        GitFailure.Unsupported($"the capability '{GitText.OneLine(Pair(capability).Key, LongestShown)}' is not supported");

    /// <summary>The failure for a list that is not printable.</summary>
    public static GitFailure NotPrintable { get; } = GitFailure.Malformed("the capabilities hold a byte that is not printable");

    /// <summary>True for what an <c>agent</c> may say: printable ASCII without spaces, at most 256 characters (gitprotocol-v2(5)).</summary>
    public static bool IsAgent(string? value) =>
        value is { Length: > 0 and <= 256 } && value.All(static c => c is > ' ' and <= '~');
}
