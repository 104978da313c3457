using GraphQLParser;
using GraphQLParser.AST;

namespace CursorBroker.GitHubApi.Tests.Answers;

/// <summary>The sandbox's GraphQL schema is a part of GitHub's: same names, same types, same arguments.</summary>
[TestClass]
public sealed class GraphSchemaTests
{
    private const string Version = "15.26.1";

    [TestMethod]
    public async Task Sandbox_HasNothingThatGitHubHasNot()
    {
        var gitHub = Lines(await File.ReadAllTextAsync(await NpmPackage.FileAsync("@octokit/graphql-schema", Version, "schema.graphql")));
        var sandbox = Lines(await File.ReadAllTextAsync(Path.Combine(Checkout(), "functions", "Sandbox", "GitHub", "Graph", "schema.graphql")));

        Assert.AreEqual("", string.Join('\n', sandbox.Except(gitHub)));
        Assert.IsGreaterThan(500, sandbox.Count);
    }

    [TestMethod]
    public void Lines_TellTypesArgumentsAndMembers() => CollectionAssert.AreEquivalent(
        (string[])["T.a: [String!]!", "T.a(b): Int", "U = X", "U = Y", "E V", "I.f: ID!"],
        Lines("type T { a(b: Int = 3): [String!]! } union U = X | Y enum E { V } input I { f: ID! }").ToArray());

    private static string Checkout()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CursorBroker.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("These tests run inside a checkout.");
        }

        return at.FullName;
    }

    private static HashSet<string> Lines(string schema)
    {
        var lines = new HashSet<string>();
        foreach (var definition in Parser.Parse(schema, new ParserOptions { Ignore = IgnoreOptions.Comments }).Definitions)
        {
            lines.UnionWith(definition switch
            {
                GraphQLObjectTypeDefinition type => Fields(type.Name.StringValue, type.Fields),
                GraphQLInterfaceTypeDefinition type => Fields(type.Name.StringValue, type.Fields),
                GraphQLInputObjectTypeDefinition type => type.Fields!.Select(field => $"{type.Name.StringValue}.{field.Name.StringValue}: {Text(field.Type)}"),
                GraphQLEnumTypeDefinition type => type.Values!.Select(value => $"{type.Name.StringValue} {value.Name.StringValue}"),
                GraphQLUnionTypeDefinition type => type.Types!.Select(member => $"{type.Name.StringValue} = {member.Name.StringValue}"),
                _ => [],
            });
        }

        return lines;
    }

    private static IEnumerable<string> Fields(string type, GraphQLFieldsDefinition? fields)
    {
        foreach (var field in fields?.Items ?? [])
        {
            yield return $"{type}.{field.Name.StringValue}: {Text(field.Type)}";
            foreach (var argument in field.Arguments?.Items ?? [])
            {
                yield return $"{type}.{field.Name.StringValue}({argument.Name.StringValue}): {Text(argument.Type)}";
            }
        }
    }

    private static string Text(GraphQLType type) => type switch
    {
        GraphQLNonNullType one => Text(one.Type) + "!",
        GraphQLListType list => $"[{Text(list.Type)}]",
        _ => ((GraphQLNamedType)type).Name.StringValue,
    };
}
