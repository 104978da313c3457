using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>What of GitHub's GraphQL schema the broker knows: what is not in it is refused.</summary>
internal sealed class GraphSchema
{
    private readonly FrozenDictionary<string, GraphType> _types;

    private GraphSchema(FrozenDictionary<string, GraphType> types, FrozenDictionary<string, GraphInput> inputs, FrozenDictionary<string, GraphMutation> mutations)
    {
        _types = types;
        Inputs = inputs;
        Mutations = mutations;
    }

    /// <summary>GitHub's, as the project's own files have it.</summary>
    public static GraphSchema GitHub { get; } = Read(Lines("fields.tsv"), Lines("mutations.txt"));

    /// <summary>What mutations take, and what stands in that.</summary>
    public FrozenDictionary<string, GraphInput> Inputs { get; }

    /// <summary>The mutations that are let through.</summary>
    public FrozenDictionary<string, GraphMutation> Mutations { get; }

    /// <summary>A type; null when it is not one that may be asked for.</summary>
    public GraphType? Find(string name) => _types.GetValueOrDefault(name);

    private static GraphSchema Read(IEnumerable<string> fields, IEnumerable<string> mutations)
    {
        var types = new Dictionary<string, GraphType>(StringComparer.Ordinal);
        var inputs = new Dictionary<string, GraphInput>(StringComparer.Ordinal);
        foreach (var group in fields.Select(static line => line.Split('\t')).GroupBy(static columns => columns[0]))
        {
            var head = group.First();
            if (head[2] == "input")
            {
                inputs.Add(group.Key, new GraphInput(group.Key, group.Skip(1).ToFrozenDictionary(static columns => columns[1], static columns => columns[2].Length == 0 ? null : columns[2], StringComparer.Ordinal)));
                continue;
            }

            types.Add(group.Key, new GraphType(
                group.Key,
                head[2] == "union",
                GraphNeeds.Parse(head[3]),
                group.Skip(1).ToFrozenDictionary(static columns => columns[1], static columns => new GraphField(columns[1], columns[2].Length == 0 ? null : columns[2], Words(columns[4])), StringComparer.Ordinal),
                Words(head[4])));
        }

        return new GraphSchema(
            types.ToFrozenDictionary(StringComparer.Ordinal),
            inputs.ToFrozenDictionary(StringComparer.Ordinal),
            mutations.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToFrozenDictionary(static columns => columns[0], static columns => new GraphMutation(
                    columns[0], GraphNeeds.Parse(columns[1]), Enum.Parse<GraphMutationKind>(columns[2], ignoreCase: true), [.. columns.Skip(3).Where(static column => column != "-")]), StringComparer.Ordinal));
    }

    private static FrozenSet<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"CursorBroker.Core.GitHub.Graph.{name}")
            ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}

/// <summary>A type that may be asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsUnion">A union has no fields of its own.</param>
/// <param name="Needs">What must be held to see an object of it.</param>
/// <param name="Fields">Its fields that may be asked for.</param>
/// <param name="Possible">The types that an object of an interface or union may have, as far as they may be asked for.</param>
internal sealed record GraphType(string Name, bool IsUnion, GraphNeeds Needs, FrozenDictionary<string, GraphField> Fields, FrozenSet<string> Possible);

/// <summary>A field that may be asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Result">The type of what it leads to; null for a plain value.</param>
/// <param name="Arguments">The names of its arguments.</param>
internal sealed record GraphField(string Name, string? Result, FrozenSet<string> Arguments);

/// <summary>What a mutation takes, or a part of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its members: for each the name of what stands in it, null for a plain value.</param>
internal sealed record GraphInput(string Name, FrozenDictionary<string, string?> Members);

/// <summary>A mutation that is let through.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Needs">What it needs.</param>
/// <param name="Kind">How it moves a ref, if it does.</param>
/// <param name="Nodes">The fields of its input whose node ids say which repository it is about.</param>
internal sealed record GraphMutation(string Name, GraphNeeds Needs, GraphMutationKind Kind, ImmutableArray<string> Nodes);

/// <summary>How a mutation moves a ref.</summary>
public enum GraphMutationKind
{
    /// <summary>Not at all.</summary>
    Plain,

    /// <summary>Merges a pull request.</summary>
    Merge,

    /// <summary>Brings a pull request's branch up to date with its base.</summary>
    Update,

    /// <summary>Makes a commit of given files on a branch.</summary>
    Commit,

    /// <summary>Creates a ref.</summary>
    Create,

    /// <summary>Moves a ref.</summary>
    Move,

    /// <summary>Deletes a ref.</summary>
    Delete,

    /// <summary>Merges one branch into another.</summary>
    Branch,

    /// <summary>Opens a pull request, which shows its head to whoever reads pull requests.</summary>
    Open,

    /// <summary>Edits a pull request, which may give it another base.</summary>
    Edit,
}
