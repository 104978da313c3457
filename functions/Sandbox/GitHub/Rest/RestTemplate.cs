using System.Text;
using System.Text.RegularExpressions;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// A route's path: <c>pulls/{number:n}/files</c>. A parameter is one segment, <c>:n</c> makes it a number, <c>*</c> lets it span
/// several (refs and paths hold slashes, sent as they are or as <c>%2F</c>).
/// </summary>
internal sealed partial class RestTemplate
{
    private readonly Regex _pattern;

    public RestTemplate(string text)
    {
        Text = text;
        var pattern = new StringBuilder("^");
        foreach (var segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            pattern.Append(pattern.Length > 1 ? "/" : string.Empty);
            var parameter = Parameter().Match(segment);
            pattern.Append(parameter.Success
                ? $"(?<{parameter.Groups["name"].Value}>{parameter.Groups["kind"].Value switch { "*" => ".+", ":n" => "[0-9]{1,18}", _ => "[^/]+" }})"
                : Regex.Escape(segment));
            Literals += parameter.Success ? 0 : 1;
        }

        _pattern = new Regex(pattern.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    public string Text { get; }

    /// <summary>How many segments are words: of two templates that fit, the one with more is meant.</summary>
    public int Literals { get; }

    /// <summary>The decoded parameters when a path, as it was sent, fits; else null.</summary>
    public IReadOnlyDictionary<string, string>? Match(string rawPath)
    {
        var match = _pattern.Match(rawPath);
        return match.Success
            ? match.Groups.Cast<Group>().Skip(1).ToDictionary(static group => group.Name, static group => Uri.UnescapeDataString(group.Value), StringComparer.Ordinal)
            : null;
    }

    [GeneratedRegex(@"^\{(?<name>[a-z]+)(?<kind>\*|:n)?\}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
