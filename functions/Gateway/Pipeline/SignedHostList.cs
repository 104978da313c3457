using System.Collections.Immutable;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>Reads further <see cref="UpstreamOptions.SignedHosts"/> from a setting: names with commas between them.</summary>
public static class SignedHostList
{
    /// <summary>What a list is, for whoever has to mend one.</summary>
    public const string Form = "host names with commas between them, such as lfs.example.com, store*.example.com; the last two labels of a name have no *";

    /// <summary>Adds the names to those that GitHub documents.</summary>
    /// <param name="text">The setting; absent or empty adds none.</param>
    /// <returns>All of them; null when the setting is no such list.</returns>
    public static ImmutableArray<string>? Add(string? text)
    {
        var names = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.All(IsName) ? [.. new UpstreamOptions().SignedHosts, .. names] : null;
    }

    // A star in the last two labels would list what everybody can register.
    private static bool IsName(string name)
    {
        var labels = name.Split('.');
        return labels.Length >= 2 && name.Length <= 253 && labels.All(IsLabel) && labels[^2..].All(static label => !label.Contains('*', StringComparison.Ordinal));
    }

    private static bool IsLabel(string label) => label.Length is > 0 and <= 63 && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '*');
}
