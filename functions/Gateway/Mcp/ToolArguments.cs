using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp;

/// <summary>A tool's arguments, read strictly: no guess, no conversion, and errors that say what to send instead.</summary>
internal sealed class ToolArguments
{
    private readonly ImmutableDictionary<string, JsonElement> _values;
    private readonly string _within;

    private ToolArguments(ImmutableDictionary<string, JsonElement> values, string within) => (_values, _within) = (values, within);

    /// <summary>No arguments.</summary>
    public static ToolArguments None { get; } = new(ImmutableDictionary<string, JsonElement>.Empty, "");

    /// <summary>The arguments as they are.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values => _values;

    /// <summary>Takes arguments for a tool with this input schema.</summary>
    /// <exception cref="ToolArgumentException">One is not a property of the schema, or a required one is missing.</exception>
    public static ToolArguments For(JsonElement schema, IEnumerable<KeyValuePair<string, JsonElement>>? values) => Checked(schema, [.. values ?? []], "");

    /// <summary>Takes arguments for a prompt, which are texts.</summary>
    /// <exception cref="ToolArgumentException">One is not the prompt's, or a required one is missing.</exception>
    public static ToolArguments For(IEnumerable<PromptArgument>? declared, IEnumerable<KeyValuePair<string, JsonElement>>? values)
    {
        var properties = new JsonObject((declared ?? []).Select(static each => KeyValuePair.Create(each.Name, (JsonNode?)new JsonObject { ["type"] = "string" })));
        var required = new JsonArray([.. (declared ?? []).Where(static each => each.Required == true).Select(static each => (JsonNode)each.Name)]);
        return For(JsonSerializer.SerializeToElement(new JsonObject { ["properties"] = properties, ["required"] = required }), values);
    }

    /// <summary>Whether it was sent, and is not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text that must be there. It may be empty only where <paramref name="mayBeEmpty"/> says so.</summary>
    public string Text(string name, bool mayBeEmpty = false) =>
        OptionalText(name) is { } text && (mayBeEmpty || text.Length > 0) ? text : throw Problem(name, "is required, a text that is not empty.");

    /// <summary>A text; null when it was not sent.</summary>
    public string? OptionalText(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? ReadText(name, value)
        : throw Problem(name, $"must be a text, not {KindOf(value)}.");

    /// <summary>One of these texts; <paramref name="otherwise"/> when it was not sent.</summary>
    /// <exception cref="ToolArgumentException">It is another one, or is missing and there is no <paramref name="otherwise"/>.</exception>
    public string Choice(string name, ReadOnlySpan<string> choices, string? otherwise = null)
    {
        var text = OptionalText(name) ?? otherwise;
        if (text is not null)
        {
            foreach (var choice in choices)
            {
                if (choice == text)
                {
                    return choice;
                }
            }
        }

        throw Problem(name, $"must be one of {string.Join(", ", choices!)}.");
    }

    /// <summary>A whole number that must be there.</summary>
    public long Integer(string name, long least = 1, long most = long.MaxValue) =>
        OptionalInteger(name, least, most) ?? throw Problem(name, "is required, a whole number.");

    /// <summary>A whole number; null when it was not sent.</summary>
    public long? OptionalInteger(string name, long least = 1, long most = long.MaxValue) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
        : throw Problem(name, most == long.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"must be a whole number of at least {least}, not {KindOf(value)}.")
            : string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}, not {KindOf(value)}."));

    /// <summary>True or false; <paramref name="otherwise"/> when it was not sent.</summary>
    public bool Flag(string name, bool otherwise = false) => OptionalFlag(name) ?? otherwise;

    /// <summary>True or false; null when it was not sent.</summary>
    public bool? OptionalFlag(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Problem(name, $"must be true or false, not {KindOf(value)}.");

    /// <summary>A list of texts; null when it was not sent.</summary>
    public ImmutableArray<string>? OptionalTexts(string name, int most = 100) => OptionalList(name, most) is not { } items ? null
        : [.. items.Select(item => item.ValueKind == JsonValueKind.String ? ReadText(name, item) : throw Problem(name, $"must be a list of texts; one is {KindOf(item)}."))];

    /// <summary>A list of objects that must be there and is not empty, each read as these are; the schema's <c>items</c> says what each has.</summary>
    public ImmutableArray<ToolArguments> Objects(string name, JsonElement schema, int most = 100)
    {
        if (OptionalList(name, most) is not { Length: > 0 } items)
        {
            throw Problem(name, "is required, a list that is not empty.");
        }

        var shape = schema.GetProperty("properties").GetProperty(name).GetProperty("items");
        return
        [
            .. items.Select((item, index) => item.ValueKind == JsonValueKind.Object
                ? Checked(shape, [.. item.EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value))], string.Create(CultureInfo.InvariantCulture, $"{_within}{name}[{index}]."))
                : throw Problem(name, $"must be a list of objects; one is {KindOf(item)}.")),
        ];
    }

    /// <summary>An object, read as these are by the schema of its property; null when it was not sent.</summary>
    public ToolArguments? OptionalObject(string name, JsonElement schema) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object
            ? Checked(
                schema.GetProperty("properties").GetProperty(name),
                [.. value.EnumerateObject().Select(static member => KeyValuePair.Create(member.Name, member.Value))],
                $"{_within}{name}.")
            : throw Problem(name, $"must be an object, not {KindOf(value)}.");

    /// <summary>The repository that <c>owner</c> and <c>repo</c> name.</summary>
    public RepositoryName Repository() => RepositoryName.TryCreate(Text("owner"), Text("repo"), out var repository)
        ? repository
        : throw Problem("owner, repo", "must be the owner and the name of a repository, such as owner \"acme\" and repo \"payments-api\", without slashes and without \".git\".");

    /// <summary>What is wrong with an argument, in the form that the framework answers.</summary>
    public ToolArgumentException Problem(string name, string message) => new(_within + name, message);

    private static ToolArguments Checked(JsonElement schema, ImmutableArray<KeyValuePair<string, JsonElement>> values, string within)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? [.. properties.EnumerateObject().Select(static property => property.Name)] : ImmutableArray<string>.Empty;
        var read = ImmutableDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (!known.Contains(name))
            {
                var shown = name.Length > 60 ? name[..60] + "…" : name;
                throw new ToolArgumentException(within + shown, known.IsEmpty ? "there are no arguments." : $"is not an argument; there are {string.Join(", ", known)}.");
            }

            read[name] = value;
        }

        var missing = schema.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(static name => name.GetString()!).Where(name => !read.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null).ToImmutableArray()
            : [];
        return missing.IsEmpty
            ? new(read.ToImmutable(), within)
            : throw new ToolArgumentException(string.Join(", ", missing.Select(name => within + name)), missing.Length == 1 ? "is required." : "are required.");
    }

    private ImmutableArray<JsonElement>? OptionalList(string name, int most) => Find(name) is not { } value ? null
        : value.ValueKind != JsonValueKind.Array ? throw Problem(name, $"must be a list, not {KindOf(value)}.")
        : value.GetArrayLength() > most ? throw Problem(name, string.Create(CultureInfo.InvariantCulture, $"must have at most {most} entries."))
        : [.. value.EnumerateArray()];

    private JsonElement? Find(string name) => _values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string ReadText(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Problem(name, "is no valid Unicode text.");
        }
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => value.GetRawText() is { Length: <= 20 } text ? text : "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
