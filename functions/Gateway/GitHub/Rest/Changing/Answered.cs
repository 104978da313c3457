using System.Text.Json;
using CursorBroker.Core.Operations;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>What GitHub answered to a question: an object, or part of one.</summary>
/// <param name="Json">The JSON; null when there is no such thing.</param>
internal sealed record Answered(JsonElement? Json)
{
    /// <summary>Whether there is such a thing.</summary>
    public bool Found => Json is { ValueKind: JsonValueKind.Object };

    /// <summary>A part that is an object; one that is not there is not found.</summary>
    public Answered this[string name] => new(Find(name));

    /// <summary>A text; null when it is none.</summary>
    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A whole number; null when it is none.</summary>
    public long? Number(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>A yes or no; null when it is neither.</summary>
    public bool? Flag(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>An object id; null when it is none.</summary>
    public GitOid? Oid(string name) => GitOid.TryParse(Text(name), out var id) && !id.IsZero ? id : null;

    private JsonElement? Find(string name) => Found && Json!.Value.TryGetProperty(name, out var value) ? value : null;
}
