using System.Globalization;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>Secrets that are added, in words: where they are and which rules found them, never what they are.</summary>
internal static class SecretWords
{
    private const int Named = 3;
    private const int LongestPlace = 60;

    /// <summary><c>it adds 2 secrets: a.yaml:3 (github-token), b.env:1 (aws-key)</c>; the first few.</summary>
    public static string Adds(IReadOnlyCollection<AddedSecret> secrets)
    {
        var count = secrets.Count == 1 ? "a secret" : string.Create(CultureInfo.InvariantCulture, $"{secrets.Count} secrets");
        var first = secrets.Take(Named).Select(static secret => $"{Shown.Cut(secret.Where, LongestPlace)}:{secret.Line} ({secret.Rule})");
        return $"it adds {count}: {string.Join(", ", first)}{(secrets.Count > Named ? string.Create(CultureInfo.InvariantCulture, $" and {secrets.Count - Named} more") : "")}";
    }
}
