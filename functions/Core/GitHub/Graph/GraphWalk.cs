using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using GraphQLParser.AST;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>Goes through everything that an operation asks for and gathers what it needs and reads.</summary>
internal sealed class GraphWalk(GraphSchema schema, GraphValues values, Dictionary<string, GraphQLFragmentDefinition> fragments, GraphQLOperationDefinition operation)
{
    // Of a repository that something leads to (the one it was forked from): what names and describes it. The request is not about it.
    private static readonly FrozenSet<string> OtherRepository = new[]
    {
        "id", "name", "nameWithOwner", "owner", "url", "resourcePath", "databaseId", "description", "isPrivate", "isFork", "isArchived", "isInOrganization",
        "hasIssuesEnabled", "hasWikiEnabled", "viewerPermission", "defaultBranchRef", "mergeCommitAllowed", "rebaseMergeAllowed", "squashMergeAllowed",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, GraphQLFragmentDefinition> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<GraphNeeds> _needs = [];
    private readonly List<GraphRead> _reads = [];
    private int _fields;

    /// <summary>What it asks for at the top, and the fragments that it uses.</summary>
    public (ImmutableArray<GraphRoot> Roots, IReadOnlyCollection<GraphQLFragmentDefinition> Fragments) Roots()
    {
        if (operation.Operation == OperationType.Subscription)
        {
            throw new GraphRefusedException("GitHub has no subscriptions");
        }

        CheckDirectives(operation.Directives);
        var roots = ImmutableArray.CreateBuilder<GraphRoot>();
        foreach (var field in FieldsOf(operation.SelectionSet, 0, atTheTop: true))
        {
            if (roots.Count == GraphReader.MaxRoots)
            {
                throw new GraphRefusedException($"it asks for more than {GraphReader.MaxRoots} things at once");
            }

            if (!_keys.Add(KeyOf(field)))
            {
                throw new GraphRefusedException($"two things at the top are both called {KeyOf(field)}");
            }

            _needs.Clear();
            _reads.Clear();
            roots.Add(operation.Operation == OperationType.Mutation ? Mutation(field) : Query(field));
        }

        return roots.Count == 0 ? throw new GraphRefusedException("it asks for nothing") : (roots.ToImmutable(), _used.Values);
    }

    private GraphRoot Query(GraphQLField field)
    {
        var name = field.Name.StringValue;
        switch (name)
        {
            case "repository":
                CheckArguments(field, "Query", ["owner", "name", "followRenames"]);
                var target = RepositoryName.TryCreate(values.Text(field, "owner"), values.Text(field, "name"), out var repository)
                    ? new GraphTarget.Named(repository)
                    : throw new GraphRefusedException("repository needs the owner and the name of one");
                return Root(field, target, Type("Repository"), new GraphScope(null, IsRoot: true));
            case "node":
                CheckArguments(field, "Query", ["id"]);
                return Root(field, new GraphTarget.Nodes([Id(values.Argument(field, "id"))]), Type("Node"), new GraphScope(null));
            case "nodes":
                CheckArguments(field, "Query", ["ids"]);
                var ids = values.Argument(field, "ids") is JsonArray { Count: > 0 } list ? list.Select(Id).ToImmutableArray() : throw new GraphRefusedException("nodes needs ids");
                return Root(field, new GraphTarget.Nodes(ids), Type("Node"), new GraphScope(null));
            case "search":
                CheckArguments(field, "Query", ["query", "type", "first", "last", "after", "before"]);
                var text = values.Text(field, "query") ?? throw new GraphRefusedException("search needs a query");
                return Root(field, new GraphTarget.Search(text), Type("SearchResultItemConnection"), new GraphScope(GraphFrom.Anywhere.Instance)) with
                {
                    Input = new JsonObject { ["query"] = text },
                    Variable = values.Move(field, "query", "String", text),
                };
            case "viewer":
                CheckArguments(field, "Query", []);
                return Free(field, "User");
            case "rateLimit":
                CheckArguments(field, "Query", ["dryRun"]);
                return Free(field, "RateLimit");
            case "__type":
                CheckArguments(field, "Query", ["name"]);
                return Root(field) with { Selected = Selected(field.SelectionSet, 1), Input = new JsonObject { ["name"] = values.Text(field, "name") } };
            case "__typename":
                return Root(field);
            default:
                throw Unknown(name, "Query");
        }
    }

    private GraphRoot Mutation(GraphQLField field)
    {
        var name = field.Name.StringValue;
        if (!schema.Mutations.TryGetValue(name, out var mutation))
        {
            throw Unknown(name, "Mutation");
        }

        CheckArguments(field, "Mutation", ["input"]);
        var input = values.Argument(field, "input") as JsonObject ?? throw new GraphRefusedException($"{name} needs an input");
        CheckInput(input, schema.Inputs[char.ToUpperInvariant(name[0]) + name[1..] + "Input"]);
        var nodes = mutation.Nodes.Select(each => input[each]).OfType<JsonNode>().Select(Id).ToImmutableArray();
        GraphTarget target = mutation.Kind == GraphMutationKind.Commit ? BranchOf(input)
            : nodes.IsEmpty ? throw new GraphRefusedException($"{name} needs {string.Join(" or ", mutation.Nodes)}")
            : new GraphTarget.Nodes(nodes);
        _needs.Add(mutation.Needs);
        return Root(field, target, Type(char.ToUpperInvariant(name[0]) + name[1..] + "Payload"), new GraphScope(null)) with
        {
            Moves = mutation.Kind,
            Input = input,
            Variable = values.Move(field, "input", char.ToUpperInvariant(name[0]) + name[1..] + "Input", input),
        };
    }

    /// <summary>GitHub's inputs grow, and a member that is not known may do anything: have an agent of its own work on a branch, point elsewhere.</summary>
    private void CheckInput(JsonObject given, GraphInput input)
    {
        foreach (var (name, value) in given)
        {
            if (!input.Members.TryGetValue(name, out var within))
            {
                throw new GraphRefusedException($"InputObject '{input.Name}' doesn't accept argument '{name}'");
            }

            foreach (var one in value is JsonArray list ? list : (IEnumerable<JsonNode?>)[value])
            {
                if (one is JsonObject part && within is not null)
                {
                    CheckInput(part, schema.Inputs[within]);
                }
                else if (one is JsonObject or JsonArray || (one is not null && within is not null))
                {
                    throw new GraphRefusedException($"argument '{name}' on InputObject '{input.Name}' has an invalid value");
                }
            }
        }
    }

    /// <summary>The branch of <c>createCommitOnBranch</c>: by its repository's name, or by its own node id.</summary>
    private static GraphTarget BranchOf(JsonObject input) => input["branch"] switch
    {
        JsonObject branch when branch["id"] is { } id && branch["repositoryNameWithOwner"] is null && branch["branchName"] is null => new GraphTarget.Nodes([Id(id)]),
        JsonObject branch when branch["id"] is null && RepositoryName.TryParse((branch["repositoryNameWithOwner"] as JsonValue)?.ToString(), out var repository) => new GraphTarget.Named(repository),
        _ => throw new GraphRefusedException("createCommitOnBranch needs a branch: its id, or repositoryNameWithOwner and branchName"),
    };

    private GraphRoot Free(GraphQLField field, string type)
    {
        Walk(field.SelectionSet, Type(type), new GraphScope(null), 1);
        return Root(field) with { Selected = Selected(field.SelectionSet, 1) };
    }

    private static GraphRoot Root(GraphQLField field) => new(KeyOf(field), field.Name.StringValue, GraphTarget.NoRepository.Instance);

    private GraphRoot Root(GraphQLField field, GraphTarget target, GraphType type, GraphScope scope)
    {
        _needs.Add(type.Needs);
        Walk(field.SelectionSet, type, scope, 1);
        return new GraphRoot(KeyOf(field), field.Name.StringValue, target)
        {
            Needs = GraphNeeds.Satisfy(_needs),
            Selected = Selected(field.SelectionSet, 1),
            Reads = [.. _reads.DistinctBy(static read => (read.From, read.Paths is { } paths ? string.Join('\n', paths) : null))],
        };
    }

    private void Walk(GraphQLSelectionSet? set, GraphType type, GraphScope scope, int depth)
    {
        if (set is null)
        {
            throw new GraphRefusedException($"of a {type.Name} it has to be said what is asked for");
        }

        if (depth > GraphReader.MaxDepth)
        {
            throw new GraphRefusedException("it is nested too deeply");
        }

        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case GraphQLField field:
                    Count();
                    CheckDirectives(field.Directives);
                    Field(field, type, scope, depth);
                    break;
                case GraphQLInlineFragment inline:
                    CheckDirectives(inline.Directives);
                    Walk(inline.SelectionSet, inline.TypeCondition is { } condition ? Narrowed(condition) : type, scope, depth + 1);
                    break;
                case GraphQLFragmentSpread spread:
                    CheckDirectives(spread.Directives);
                    Within(spread, fragment => Walk(fragment.SelectionSet, Narrowed(fragment.TypeCondition), scope, depth + 1));
                    break;
                default:
                    throw new GraphRefusedException($"it holds a {selection.Kind}");
            }
        }
    }

    private void Field(GraphQLField field, GraphType type, GraphScope scope, int depth)
    {
        var name = field.Name.StringValue;
        if (name == "__typename")
        {
            return;
        }

        if (!type.Fields.TryGetValue(name, out var known) || (type.Name == "Repository" && !scope.IsRoot && !OtherRepository.Contains(name)))
        {
            throw Unknown(name, type.Name, type.Name == "Repository" && known is not null ? " that something else leads to" : "");
        }

        CheckArguments(field, type.Name, known.Arguments);
        var (read, below) = GraphReads.Of(type.Name, field, scope, values);
        if (read is not null)
        {
            _reads.Add(read);
        }

        if (known.Result is null)
        {
            return;
        }

        var result = Type(known.Result);
        _needs.Add(result.Needs);
        Walk(field.SelectionSet, result, below with { IsRoot = false }, depth + 1);
    }

    private GraphType Narrowed(GraphQLTypeCondition condition)
    {
        var type = Type(condition.Type.Name.StringValue);
        _needs.Add(type.Needs);
        return type;
    }

    private GraphType Type(string name) => schema.Find(name) ?? throw new GraphRefusedException($"No such type {name}, so it can't be asked for");

    // GitHub's own words for what its schema does not have: by them clients know that they ask a server that is older than they are, and some go on without.
    private static GraphRefusedException Unknown(string field, string type, string which = "") => new($"Field '{field}' doesn't exist on type '{type}'{which}");

    /// <summary>The fields of a set, through whatever fragments they stand in.</summary>
    private List<GraphQLField> FieldsOf(GraphQLSelectionSet set, int depth, bool atTheTop)
    {
        if (depth > GraphReader.MaxDepth)
        {
            throw new GraphRefusedException("it is nested too deeply");
        }

        var fields = new List<GraphQLField>();
        foreach (var selection in set.Selections)
        {
            Count();
            switch (selection)
            {
                case GraphQLField field:
                    CheckDirectives(field.Directives);
                    fields.Add(field);
                    break;
                case GraphQLInlineFragment inline:
                    CheckDirectives(inline.Directives);
                    Enter(inline.TypeCondition, inline.SelectionSet);
                    break;
                case GraphQLFragmentSpread spread:
                    CheckDirectives(spread.Directives);
                    Within(spread, fragment => Enter(fragment.TypeCondition, fragment.SelectionSet));
                    break;
                default:
                    throw new GraphRefusedException($"it holds a {selection.Kind}");
            }
        }

        return fields;

        void Enter(GraphQLTypeCondition? condition, GraphQLSelectionSet below)
        {
            if (atTheTop)
            {
                CheckTop(condition);
            }

            fields.AddRange(FieldsOf(below, depth + 1, atTheTop));
        }
    }

    private void CheckTop(GraphQLTypeCondition? condition)
    {
        var top = operation.Operation == OperationType.Mutation ? "Mutation" : "Query";
        if (condition is not null && condition.Type.Name.StringValue != top)
        {
            throw new GraphRefusedException($"a fragment on {condition.Type.Name.StringValue} stands where one on {top} belongs");
        }
    }

    private void Within(GraphQLFragmentSpread spread, Action<GraphQLFragmentDefinition> walk)
    {
        var name = spread.FragmentName.Name.StringValue;
        if (!fragments.TryGetValue(name, out var fragment))
        {
            throw new GraphRefusedException($"there is no fragment {name}");
        }

        if (!_open.Add(name))
        {
            throw new GraphRefusedException($"the fragment {name} holds itself");
        }

        CheckDirectives(fragment.Directives);
        _used[name] = fragment;
        walk(fragment);
        _open.Remove(name);
    }

    private ImmutableArray<GraphSelected> Selected(GraphQLSelectionSet? set, int depth) => set is null
        ? []
        : [.. FieldsOf(set, depth, atTheTop: false).Select(field => new GraphSelected(KeyOf(field), field.Name.StringValue, Selected(field.SelectionSet, depth + 1)))];

    private static void CheckArguments(GraphQLField field, string type, IEnumerable<string> known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in field.Arguments?.Items ?? [])
        {
            if (!known.Contains(argument.Name.StringValue) || !seen.Add(argument.Name.StringValue))
            {
                throw new GraphRefusedException($"{type}.{field.Name.StringValue} has no argument {argument.Name.StringValue}, or has it twice");
            }
        }
    }

    private static void CheckDirectives(GraphQLDirectives? directives)
    {
        if (directives?.Items.FirstOrDefault(static each => each.Name.StringValue is not ("include" or "skip")) is { } other)
        {
            throw new GraphRefusedException($"the directive @{other.Name.StringValue} is not one that this broker lets through");
        }
    }

    private void Count()
    {
        if (++_fields > GraphReader.MaxFields)
        {
            throw new GraphRefusedException($"it asks for more than {GraphReader.MaxFields} fields");
        }
    }

    private static string Id(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var id) && id.Length is > 0 and <= 200 ? id : throw new GraphRefusedException("a node id is a text");

    private static string KeyOf(GraphQLField field) => (field.Alias?.Name ?? field.Name).StringValue;
}
