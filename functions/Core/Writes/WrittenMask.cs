using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Writes;

/// <summary>What whoever would write a mask is told.</summary>
public static class WrittenMask
{
    private const int LongestPlace = 200;

    /// <summary><c>config/app.yaml:3: this is a mask of the broker, not the secret ...</c>, in one line that is safe to show.</summary>
    /// <param name="where">The file, or words.</param>
    /// <param name="line">Line, from 1.</param>
    public static string Message(string where, int line) =>
        $"{GitText.OneLine(where, LongestPlace)}:{line}: this is a mask of the broker, not the secret; leave the line as it is in the repository, or write a reference to the secret";
}
