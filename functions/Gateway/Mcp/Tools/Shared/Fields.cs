using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace CursorBroker.Gateway.Mcp.Tools.Shared;

/// <summary>Which members the entries of an answer have: few, unless more are asked for.</summary>
/// <param name="names">The members.</param>
internal sealed class Fields(ImmutableArray<string> names)
{
    /// <summary>What <c>fields</c> asks for.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="all">Those that there are.</param>
    /// <param name="usual">Those of an answer that nobody said anything about.</param>
    /// <exception cref="ToolArgumentException">One is none of them.</exception>
    public static Fields Of(ToolArguments arguments, string[] all, string[] usual)
    {
        if (arguments.OptionalTexts("fields") is not { Length: > 0 } asked)
        {
            return new([.. usual]);
        }

        return asked.FirstOrDefault(name => !all.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? throw arguments.Problem("fields", $"{(unknown.Length > 60 ? "one" : unknown)} is not among them; there are {string.Join(", ", all)}.")
            : new(asked);
    }

    /// <summary>Whether a member is asked for.</summary>
    public bool Has(string name) => names.Contains(name, StringComparer.Ordinal);

    /// <summary>An entry with these members and no others.</summary>
    public JsonObject Pick(JsonObject entry)
    {
        foreach (var name in entry.Select(static member => member.Key).Where(name => !Has(name)).ToList())
        {
            entry.Remove(name);
        }

        return entry;
    }
}
