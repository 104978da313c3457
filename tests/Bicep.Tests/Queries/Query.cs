using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Queries;

/// <summary>A query of bicep/queries, and what it asks of the audit.</summary>
internal sealed partial record Query(string Name, string Text)
{
    public static IEnumerable<Query> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Bicep, "queries"), "*.kql").Order()
            .Select(static file => new Query(Path.GetFileName(file), File.ReadAllText(file))),
    ];

    /// <summary>Its parts, each from one <c>customEvents</c> to the next: an event's name counts for the fields of its part.</summary>
    public IEnumerable<string> Parts => Code.Split("customEvents").Skip(1);

    /// <summary>The metrics it asks for.</summary>
    public string[] Metrics => [.. Metric().Matches(Code).Select(static match => match.Groups[1].Value)];

    /// <summary>The text without comments.</summary>
    public string Code => Comment().Replace(Text, "");

    /// <summary>The events a part is about.</summary>
    public static string[] EventsOf(string part) =>
        [.. EventName().Matches(part).SelectMany(static match => Quoted().Matches(match.Value)).Select(static name => name.Groups[1].Value)];

    /// <summary>The fields a part reads.</summary>
    public static string[] FieldsOf(string part) => [.. Field().Matches(part).Select(static match => match.Groups[1].Value).Distinct()];

    /// <summary>The values that a part compares fields to.</summary>
    public static (string Field, string Value)[] ComparisonsOf(string part) =>
    [
        .. Comparison().Matches(part)
            .SelectMany(static match => Quoted().Matches(match.Groups[2].Value).Select(value => (match.Groups[1].Value, value.Groups[1].Value))),
    ];

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bname (== '[^']*'|in \([^)]*\))")]
    private static partial Regex EventName();

    [GeneratedRegex(@"customMetrics\s*\| where name == '([^']*)'")]
    private static partial Regex Metric();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"customDimensions\.(\w+)")]
    private static partial Regex Field();

    [GeneratedRegex(@"customDimensions\.(\w+)\) ((?:==|!=) '[^']*'|!?in \([^)]*\))")]
    private static partial Regex Comparison();
}
