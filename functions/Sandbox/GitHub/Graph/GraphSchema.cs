using System.Reflection;
using System.Text.RegularExpressions;
using CursorBroker.Sandbox.GitHub.Rest;
using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>
/// The schema file joined with the table of types. Parsing, validation, introspection and execution are GraphQL.NET's; a field of the
/// file that nothing answers keeps the server from starting.
/// </summary>
internal sealed partial class GraphSchema
{
    private static readonly string[] Texts = ["Base64String", "GitTimestamp", "GitObjectID", "GitSSHRemote", "DateTime", "URI"];

    private readonly GraphTable _table;

    public GraphSchema(GraphTable table)
    {
        _table = table;
        var text = Text();
        Schema = GraphQL.Types.Schema.For(text, builder =>
        {
            foreach (var name in ObjectTypes().Matches(text).Select(static match => match.Groups["name"].Value))
            {
                builder.Types.For(name).IsTypeOfFunc = table.Types.ContainsKey(name)
                    ? value => value is GraphSource source && source.Type == name
                    : static value => value is IReadOnlyDictionary<string, object?>;
            }
        });
        foreach (var name in Texts)
        {
            Schema.RegisterType(new TextScalar(name));
        }

        Schema.Initialize();
        foreach (var type in Schema.AllTypes.OfType<IObjectGraphType>().Where(static type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            Join(type);
        }
    }

    public ISchema Schema { get; }

    private static string Text()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("CursorBroker.Sandbox.GitHub.Graph.schema.graphql")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }

    private static object? Entry(IResolveFieldContext context) => context.Source is IReadOnlyDictionary<string, object?> fields
        ? fields.TryGetValue(context.FieldDefinition.Name, out var value)
            ? value
            : throw new InvalidOperationException($"{context.ParentType.Name}.{context.FieldDefinition.Name} has no value.")
        : throw new InvalidOperationException($"{context.ParentType.Name} is made from nothing known.");

    private void Join(IObjectGraphType type)
    {
        var known = _table.Types.GetValueOrDefault(type.Name);
        foreach (var field in type.Fields)
        {
            if (known is null)
            {
                field.Resolver = new FuncFieldResolver<object>(Entry);
                continue;
            }

            var resolve = known.Fields.GetValueOrDefault(field.Name) ?? throw new InvalidOperationException($"Nothing answers {type.Name}.{field.Name}.");
            var needs = Needs(field.ResolvedType!);
            field.Resolver = new FuncFieldResolver<object>(context => ResolveAsync(context, resolve, needs));
        }
    }

    private async ValueTask<object?> ResolveAsync(IResolveFieldContext context, GraphResolver resolve, RestPermissions? needs)
    {
        var source = (GraphSource)context.Source!;
        var field = new GraphField(context);
        if (needs is not null)
        {
            field.Call.Require(needs, (source as RepositoryPart)?.Repository, isRead: true);
        }

        var value = await resolve(source, field).ConfigureAwait(false);
        if (needs is null && value is RepositoryPart part && _table.Types[part.Type].Needs is { } own)
        {
            // An interface or a union: what it turned out to be says what it needs.
            field.Call.Require(own, part.Repository, isRead: true);
        }

        return value;
    }

    // To see a list of things, or how many there are, is to see the things.
    private RestPermissions? Needs(IGraphType type)
    {
        var named = type.GetNamedType();
        return _table.Types.GetValueOrDefault(named.Name) is { } known ? known.Needs
            : named is IObjectGraphType { Name: var name } page && name.EndsWith("Connection", StringComparison.Ordinal) && page.Fields.Find("nodes") is { } nodes
                ? _table.Types.GetValueOrDefault(nodes.ResolvedType!.GetNamedType().Name)?.Needs
                : null;
    }

    [GeneratedRegex(@"^type (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ObjectTypes();
}
