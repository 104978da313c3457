using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>A field's arguments, or the fields of an input object; the library has checked their types already.</summary>
internal sealed class GraphArguments(IReadOnlyDictionary<string, object?> values)
{
    public bool Has(string name) => values.GetValueOrDefault(name) is not null;

    public string? Text(string name) => values.GetValueOrDefault(name) as string;

    public int? Number(string name) => values.GetValueOrDefault(name) is { } value ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : null;

    public bool? Flag(string name) => values.GetValueOrDefault(name) as bool?;

    public IReadOnlyList<string>? Texts(string name) => List(name)?.OfType<string>().ToList();

    public GraphArguments? Part(string name) => Of(values.GetValueOrDefault(name));

    public IReadOnlyList<GraphArguments> Parts(string name) => List(name)?.Select(Of).OfType<GraphArguments>().ToList() ?? [];

    private static GraphArguments? Of(object? value) =>
        value is IDictionary<string, object?> fields ? new GraphArguments(fields.ToDictionary(StringComparer.Ordinal)) : null;

    private IEnumerable<object?>? List(string name) => (values.GetValueOrDefault(name) as System.Collections.IEnumerable)?.Cast<object?>();
}
