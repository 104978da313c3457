using System.Text.Json;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// The fields of a JSON body. What has the wrong type, or is missing though required, is remembered, and <see cref="Refusal"/> then
/// holds GitHub's 422: read the fields first, ask for it once.
/// </summary>
internal sealed class RestBody(JsonElement json)
{
    private readonly List<string> _problems = [];

    public RestAnswer? Refusal => _problems.Count == 0 ? null : RestAnswer.Unprocessable("Invalid request.\n\n" + string.Join("\n", _problems));

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is { ValueKind: not JsonValueKind.Null };

    /// <summary>True when the field is there, null or not.</summary>
    public bool Names(string name) => Find(name) is not null;

    public string? Text(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => Wrong<string>(name, value, "a string"),
    };

    public string RequiredText(string name)
    {
        if (!Has(name))
        {
            _problems.Add($"\"{name}\" wasn't supplied.");
            return string.Empty;
        }

        return Text(name) ?? string.Empty;
    }

    public bool? Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => Wrong<bool?>(name, value, "a boolean"),
    };

    public long? Number(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        { } value => Wrong<long?>(name, value, "an integer"),
    };

    public IReadOnlyList<string>? Texts(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(static item => item.GetString()!)],
        { } value => Wrong<IReadOnlyList<string>>(name, value, "an array of strings"),
    };

    /// <summary>The fields of an object within; null when it is not there.</summary>
    public RestBody? Part(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } value => new RestBody(value),
        { } value => Wrong<RestBody>(name, value, "an object"),
    };

    /// <summary>The objects of an array within; null when it is not there.</summary>
    public IReadOnlyList<RestBody>? Parts(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Object) =>
            [.. value.EnumerateArray().Select(static item => new RestBody(item))],
        { } value => Wrong<IReadOnlyList<RestBody>>(name, value, "an array of objects"),
    };

    private JsonElement? Find(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private T? Wrong<T>(string name, JsonElement value, string wanted)
    {
        _problems.Add($"For 'properties/{name}', {value.GetRawText()} is not {wanted}.");
        return default;
    }
}
