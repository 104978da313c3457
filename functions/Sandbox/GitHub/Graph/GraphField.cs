using GraphQL;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>One field that is being answered.</summary>
internal sealed class GraphField(IResolveFieldContext context)
{
    /// <summary>Under which name the library carries the call.</summary>
    public const string CallKey = "call";

    public GraphCall Call { get; } = (GraphCall)context.UserContext[CallKey]!;

    public string Name => context.FieldDefinition.Name;

    public GraphArguments Arguments { get; } = new(
        context.Arguments?.ToDictionary(static pair => pair.Key, static pair => pair.Value.Value, StringComparer.Ordinal) ?? []);

    /// <summary>A mutation's one argument.</summary>
    public GraphArguments Input => Arguments.Part("input")!;

    /// <summary>True when the answer's fields of these names are asked for.</summary>
    public bool Selects(params string[] names) => context.SubFields?.Values.Any(field => names.Contains(field.FieldType.Name)) == true;
}
