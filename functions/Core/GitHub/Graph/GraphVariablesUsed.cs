using GraphQLParser.AST;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>Which variables a document uses.</summary>
internal sealed class GraphVariablesUsed
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public void Add(ASTNode definition)
    {
        switch (definition)
        {
            case GraphQLOperationDefinition operation:
                Add(operation.Directives);
                Add(operation.SelectionSet);
                break;
            case GraphQLFragmentDefinition fragment:
                Add(fragment.Directives);
                Add(fragment.SelectionSet);
                break;
            default:
                throw new InvalidOperationException($"A {definition.Kind} is not part of a request.");
        }
    }

    private void Add(GraphQLSelectionSet? set)
    {
        foreach (var selection in set?.Selections ?? [])
        {
            switch (selection)
            {
                case GraphQLField field:
                    Add(field.Directives);
                    Add(field.Arguments);
                    Add(field.SelectionSet);
                    break;
                case GraphQLInlineFragment inline:
                    Add(inline.Directives);
                    Add(inline.SelectionSet);
                    break;
                case GraphQLFragmentSpread spread:
                    Add(spread.Directives);
                    break;
                default:
                    throw new InvalidOperationException($"A {selection.Kind} is no selection.");
            }
        }
    }

    private void Add(GraphQLDirectives? directives)
    {
        foreach (var directive in directives?.Items ?? [])
        {
            Add(directive.Arguments);
        }
    }

    private void Add(GraphQLArguments? arguments)
    {
        foreach (var argument in arguments?.Items ?? [])
        {
            Add(argument.Value);
        }
    }

    private void Add(GraphQLValue value)
    {
        switch (value)
        {
            case GraphQLVariable variable:
                Names.Add(variable.Name.StringValue);
                break;
            case GraphQLListValue list:
                list.Values?.ForEach(Add);
                break;
            case GraphQLObjectValue fields:
                fields.Fields?.ForEach(field => Add(field.Value));
                break;
            default:
                break;
        }
    }
}
