using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Writes;

/// <summary>What whoever would write a mask, or a placeholder, is told.</summary>
public static class WrittenMask
{
    private const int LongestPlace = 200;

    /// <summary><c>config/app.yaml:3: this is a mask of the broker, not the secret ...</c>, in one line that is safe to show.</summary>
    /// <param name="where">The file, or words.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="isPlaceholder">Whether it is a placeholder.</param>
    public static string Message(string where, int line, bool isPlaceholder = false) => isPlaceholder
        ? $"{GitText.OneLine(where, LongestPlace)}:{line}: this is a placeholder of a vault's secret, and the broker fills none here; it does for what the policy's 'use' names, such as a secret of GitHub Actions"
        : $"{GitText.OneLine(where, LongestPlace)}:{line}: this is a mask of the broker, not the secret; leave the line as it is in the repository, or write a reference to the secret";
}
