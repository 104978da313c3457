using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;
using GraphQLParser.Visitors;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>
/// Reads GraphQL requests (spec.graphql.org, October 2021) against what the broker knows of GitHub's schema. A field, a type, an argument or a directive that is not known is
/// refused; <c>@skip</c> and <c>@include</c> take nothing away from what is counted.
/// </summary>
public static class GraphReader
{
    /// <summary>Longest document, in characters.</summary>
    public const int MaxDocument = 128 * 1024;

    /// <summary>Deepest nesting, of the document and of what its fragments make of it.</summary>
    public const int MaxDepth = 40;

    /// <summary>Most fields, counted wherever a fragment is used.</summary>
    public const int MaxFields = 5000;

    /// <summary>Most fields at the top.</summary>
    public const int MaxRoots = 50;

    /// <summary>Reads a request.</summary>
    /// <param name="document">The document.</param>
    /// <param name="operationName">Which of its operations; may be null when it has one alone.</param>
    /// <param name="variables">The variables; null for none.</param>
    public static GraphOutcome Read(string document, string? operationName, JsonObject? variables)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Length > MaxDocument)
        {
            return Refuse($"the document is longer than {MaxDocument} characters");
        }

        try
        {
            var parsed = Parser.Parse(document, new ParserOptions { MaxDepth = MaxDepth, Ignore = IgnoreOptions.Comments });
            var operation = OperationOf(parsed, operationName);
            var fragments = FragmentsOf(parsed);
            var values = new GraphValues(operation, variables ?? []);
            var (roots, used) = new GraphWalk(GraphSchema.GitHub, values, fragments, operation).Roots();
            return new(Rebuild(operation, used, values, roots), null);
        }
        catch (GraphQLParserException bad)
        {
            return Refuse($"the document is not GraphQL: {bad.Message.Split('\n')[0]}");
        }
        catch (GraphRefusedException refused)
        {
            return Refuse(refused.Message);
        }
    }

    private static GraphQLOperationDefinition OperationOf(GraphQLDocument document, string? name)
    {
        if (document.Definitions.FirstOrDefault(static each => each is not (GraphQLOperationDefinition or GraphQLFragmentDefinition)) is { } other)
        {
            throw new GraphRefusedException($"the document holds a {other.Kind}");
        }

        var operations = document.Definitions.OfType<GraphQLOperationDefinition>().ToList();
        var chosen = name is null or "" ? operations : [.. operations.Where(each => each.Name?.StringValue == name)];
        return chosen is [var one] ? one : throw new GraphRefusedException(chosen.Count == 0 ? "there is no such operation in the document" : "the document has several operations; name one");
    }

    private static Dictionary<string, GraphQLFragmentDefinition> FragmentsOf(GraphQLDocument document)
    {
        var fragments = new Dictionary<string, GraphQLFragmentDefinition>(StringComparer.Ordinal);
        foreach (var fragment in document.Definitions.OfType<GraphQLFragmentDefinition>())
        {
            if (!fragments.TryAdd(fragment.FragmentName.Name.StringValue, fragment))
            {
                throw new GraphRefusedException($"there are two fragments called {fragment.FragmentName.Name.StringValue}");
            }
        }

        return fragments;
    }

    private static GraphRequest Rebuild(GraphQLOperationDefinition operation, IEnumerable<GraphQLFragmentDefinition> fragments, GraphValues values, ImmutableArray<GraphRoot> roots)
    {
        List<ASTNode> definitions = [operation, .. fragments];
        values.KeepUsed(definitions);
        return new GraphRequest
        {
            Document = new SDLPrinter().Print(new GraphQLDocument(definitions)),
            OperationName = operation.Name?.StringValue,
            Variables = values.ToJson(),
            IsMutation = operation.Operation == OperationType.Mutation,
            Roots = roots,
        };
    }

    private static GraphOutcome Refuse(string problem) => new(null, problem);
}

/// <summary>A request that is refused, and why; caught where it is read.</summary>
internal sealed class GraphRefusedException(string message) : Exception(message);
