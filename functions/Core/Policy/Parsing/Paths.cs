namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Builds the paths problems are reported under: <c>rules[0].allow.contents</c>.</summary>
internal static class Paths
{
    public static string Key(string parent, string key) => parent.Length == 0 ? Shown.Short(key) : $"{parent}.{Shown.Short(key)}";

    public static string Item(string parent, int index) => $"{parent}[{index}]";
}
