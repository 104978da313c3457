namespace CursorBroker.Core.Operations;

/// <summary>A secret that a write adds. Never its value.</summary>
/// <param name="Where">The file's path; of what is no file, words: <c>the message of commit 1234567</c>, <c>the body's title</c>. Not made safe for showing.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Rule">The rule that found it.</param>
public sealed record AddedSecret(string Where, int Line, string Rule)
{
    /// <summary><c>config/app.yaml:3 (github-token)</c>.</summary>
    public override string ToString() => $"{Where}:{Line} ({Rule})";
}
