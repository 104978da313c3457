using GraphQL.Types;
using GraphQLParser.AST;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>One of GitHub's scalars that are text on the wire: <c>URI</c>, <c>DateTime</c>, <c>GitObjectID</c>.</summary>
internal sealed class TextScalar : ScalarGraphType
{
    public TextScalar(string name) => Name = name;

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text => (string)text.Value,
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value is null or string ? value : ThrowValueConversionError(value);
}
