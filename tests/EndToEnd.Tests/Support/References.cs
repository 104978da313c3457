using System.Text.RegularExpressions;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>The broker's reference ids: the one thing in which two answers to the same question differ.</summary>
internal static partial class References
{
    public static string Without(string text) => Id().Replace(text, "r-ID");

    [GeneratedRegex("r-[0-9a-f]{20}")]
    private static partial Regex Id();
}
