using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// The fields of a JSON body, all of them known: what is not understood here might mean something there. The first that is not of the kind it has to be is kept as
/// <see cref="Problem"/>, so that reading goes on without a check for each.
/// </summary>
internal sealed class CallFields
{
    private readonly JsonObject _fields;

    private CallFields(JsonObject fields) => _fields = fields;

    /// <summary>What is wrong with what was read so far; null when nothing is.</summary>
    public Refusal? Problem { get; private set; }

    /// <summary>The fields of a call's body; no body has none.</summary>
    public static Outcome<CallFields> Of(RestCall call, params IReadOnlyList<string> known) => Of(call.Body, known);

    /// <summary>The fields of an object.</summary>
    public static Outcome<CallFields> Of(JsonNode? node, params IReadOnlyList<string> known)
    {
        if (node is not (null or JsonObject))
        {
            return Refusals.Malformed("The body is a JSON object.");
        }

        var fields = new JsonObject();
        try
        {
            foreach (var (name, value) in node as JsonObject ?? [])
            {
                if (!known.Contains(name, StringComparer.Ordinal))
                {
                    return Refusals.NotSupported($"The field '{name}' is not known here; known are {string.Join(", ", known)}.");
                }

                // Null says the same as leaving it out.
                if (value is not null)
                {
                    fields.Add(name, value.DeepClone());
                }
            }
        }
        catch (ArgumentException)
        {
            return Refusals.Malformed("The body has a field twice.");
        }

        return new CallFields(fields);
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string name) => Value(name, JsonValueKind.String) is { } value ? value.GetValue<string>() : null;

    /// <summary>A text that has to be there.</summary>
    public string NeedText(string name)
    {
        if (Text(name) is { } text)
        {
            return text;
        }

        Problem ??= Refusals.Malformed($"The field '{name}' is missing.");
        return "";
    }

    /// <summary>A yes or no; null when it is not there.</summary>
    public bool? Flag(string name) => Value(name, JsonValueKind.True, JsonValueKind.False) is { } value ? value.GetValue<bool>() : null;

    /// <summary>An object id; null when it is not there.</summary>
    public GitOid? Oid(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (GitOid.TryParse(text, out var id) && !id.IsZero)
        {
            return id;
        }

        Problem ??= Refusals.Malformed($"The field '{name}' is not an object id: 40 hexadecimal digits in lower case.");
        return null;
    }

    /// <summary>An object id that has to be there.</summary>
    public GitOid? NeedOid(string name)
    {
        _ = NeedText(name);
        return Oid(name);
    }

    /// <summary>A field as it is; null when it is not there.</summary>
    public JsonNode? Node(string name) => _fields[name];

    /// <summary>The body anew, with these fields set; a null leaves one out.</summary>
    public JsonObject With(params ReadOnlySpan<(string Name, JsonNode? Value)> changes)
    {
        var body = (JsonObject)_fields.DeepClone();
        foreach (var (name, value) in changes)
        {
            _ = body.Remove(name);
            if (value is not null)
            {
                body.Add(name, value);
            }
        }

        return body;
    }

    private JsonValue? Value(string name, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (_fields[name] is not { } node)
        {
            return null;
        }

        if (kinds.Contains(node.GetValueKind()))
        {
            return (JsonValue)node;
        }

        Problem ??= Refusals.Malformed($"The field '{name}' is not {(kinds[0] == JsonValueKind.String ? "a text" : "true or false")}.");
        return null;
    }
}
