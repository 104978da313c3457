using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>How a field is answered.</summary>
internal delegate ValueTask<object?> GraphResolver(GraphSource source, GraphField field);

/// <summary>One type: what its objects need to be seen, and how each field is answered.</summary>
internal sealed class GraphType(string name, RestPermissions? needs)
{
    private readonly Dictionary<string, GraphResolver> _fields = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>What a token must have for an object of this type; null for nothing beyond its repository.</summary>
    public RestPermissions? Needs { get; } = needs;

    public IReadOnlyDictionary<string, GraphResolver> Fields => _fields;

    public void Add(string field, GraphResolver resolve) => _fields.Add(field, resolve);
}

/// <summary>Adds fields to a type whose objects are made from one kind of source.</summary>
internal sealed class GraphType<TSource>(GraphType type)
    where TSource : GraphSource
{
    public GraphType<TSource> Field(string name, Func<TSource, object?> value)
    {
        type.Add(name, (source, _) => ValueTask.FromResult(value((TSource)source)));
        return this;
    }

    public GraphType<TSource> Field(string name, Func<TSource, GraphField, object?> value)
    {
        type.Add(name, (source, field) => ValueTask.FromResult(value((TSource)source, field)));
        return this;
    }

    public GraphType<TSource> FieldAsync(string name, Func<TSource, GraphField, Task<object?>> value)
    {
        type.Add(name, (source, field) => new ValueTask<object?>(value((TSource)source, field)));
        return this;
    }

    /// <summary>Fields that are the same for everything here.</summary>
    public GraphType<TSource> Constant(object? value, params string[] names)
    {
        foreach (var name in names)
        {
            Field(name, _ => value);
        }

        return this;
    }
}

/// <summary>Every type that has a source. Objects without one (pages, payloads) are dictionaries and need no line here.</summary>
internal sealed class GraphTable
{
    private readonly Dictionary<string, GraphType> _types = new(StringComparer.Ordinal);

    public GraphTable(IEnumerable<IGraphTypes> groups)
    {
        foreach (var group in groups)
        {
            group.Add(this);
        }
    }

    public IReadOnlyDictionary<string, GraphType> Types => _types;

    /// <param name="name">The type's name in the schema.</param>
    /// <param name="needs">What a token must have to see one, as GitHub writes permissions; null for nothing beyond the repository.</param>
    public GraphType<TSource> Type<TSource>(string name, string? needs = null)
        where TSource : GraphSource
    {
        if (!_types.TryGetValue(name, out var type))
        {
            type = _types[name] = new GraphType(name, needs is null ? null : new RestPermissions(needs));
        }

        return new GraphType<TSource>(type);
    }
}

/// <summary>Types that belong together.</summary>
internal interface IGraphTypes
{
    void Add(GraphTable table);
}
