using System.Text.RegularExpressions;
using CursorBroker.Core.Policy.Yaml;

namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Names the policy gives to its own things: rules, notify targets, custom masks.</summary>
internal static partial class Names
{
    public static PlacedText? Read(YamlValue? value, string path, Problems problems)
    {
        if (Values.Text(value, path, problems) is not { } text)
        {
            return null;
        }

        return IsName(text.Text, text.Node, path, problems) ? text : null;
    }

    public static bool IsName(string text, YamlScalar at, string path, Problems problems)
    {
        var good = Name().IsMatch(text);
        if (!good)
        {
            problems.Error(at, path, $"'{Shown.Short(text)}' is not a name: letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64.");
        }

        return good;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
