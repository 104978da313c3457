using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.GitHub.Graph;

/// <summary>A GraphQL request, understood and rebuilt: what is sent is <see cref="Document"/> with <see cref="Variables"/>, and nothing of the text that came.</summary>
public sealed record GraphRequest
{
    /// <summary>The document, printed from what was understood: one operation and the fragments that it uses.</summary>
    public required string Document { get; init; }

    /// <summary>The operation's name; null when it has none.</summary>
    public string? OperationName { get; init; }

    /// <summary>The variables that the document uses, those that a root's input was moved to among them (<see cref="GraphRoot.Variable"/>).</summary>
    public required JsonObject Variables { get; init; }

    /// <summary>True when it changes something.</summary>
    public required bool IsMutation { get; init; }

    /// <summary>What it asks for at the top, in its order; at least one.</summary>
    public required ImmutableArray<GraphRoot> Roots { get; init; }
}

/// <summary>One field at the top of a request, and everything below it.</summary>
/// <param name="Key">The key that its answer has.</param>
/// <param name="Field">The field.</param>
/// <param name="Target">What it is about.</param>
public sealed record GraphRoot(string Key, string Field, GraphTarget Target)
{
    /// <summary>The sets of permissions that it needs, any of them, the smallest first. Empty for what is about no repository.</summary>
    public ImmutableArray<PermissionSet> Needs { get; init; } = [];

    /// <summary>What it reads of commits, trees and files.</summary>
    public ImmutableArray<GraphRead> Reads { get; init; } = [];

    /// <summary>How a mutation moves a ref; <see cref="GraphMutationKind.Plain"/> for a query.</summary>
    public GraphMutationKind Moves { get; init; }

    /// <summary>A mutation's input, whole; a search's text under <c>query</c>; null otherwise.</summary>
    public JsonObject? Input { get; init; }

    /// <summary>The variable that the input (a search's text) was moved to, so that it can be changed before it is sent; null when there is none.</summary>
    public string? Variable { get; init; }

    /// <summary>What is selected below it, fragments followed: by it the broker answers on its own, and finds its way through GitHub's answer.</summary>
    public ImmutableArray<GraphSelected> Selected { get; init; } = [];
}

/// <summary>A field that is asked for.</summary>
/// <param name="Key">The key that its answer has.</param>
/// <param name="Field">The field.</param>
/// <param name="Selected">What is asked for below it.</param>
public sealed record GraphSelected(string Key, string Field, ImmutableArray<GraphSelected> Selected);

/// <summary>What a field at the top is about.</summary>
public abstract record GraphTarget
{
    private GraphTarget()
    {
    }

    /// <summary>A repository by its name.</summary>
    /// <param name="Repository">The name, as asked.</param>
    public sealed record Named(RepositoryName Repository) : GraphTarget;

    /// <summary>Whatever has these node ids; all of one repository.</summary>
    /// <param name="Ids">The ids; at least one.</param>
    public sealed record Nodes(ImmutableArray<string> Ids) : GraphTarget;

    /// <summary>What a search's text says.</summary>
    /// <param name="Text">The text.</param>
    public sealed record Search(string Text) : GraphTarget;

    /// <summary>No repository: the viewer, the rate limit, the schema.</summary>
    public sealed record NoRepository : GraphTarget
    {
        /// <summary>The only one.</summary>
        public static NoRepository Instance { get; } = new();
    }
}

/// <summary>Something that is read.</summary>
/// <param name="From">From where.</param>
/// <param name="Paths">Which paths; empty for names and commits only, null when they cannot be told.</param>
public sealed record GraphRead(GraphFrom From, ImmutableArray<string>? Paths);

/// <summary>From where something is read.</summary>
public abstract record GraphFrom
{
    private GraphFrom()
    {
    }

    /// <summary>From what a name or an id means there.</summary>
    /// <param name="Name">A branch, a tag, a full name, an id.</param>
    public sealed record Of(string Name) : GraphFrom;

    /// <summary>From the default branch.</summary>
    public sealed record DefaultBranch : GraphFrom
    {
        /// <summary>The only one.</summary>
        public static DefaultBranch Instance { get; } = new();
    }

    /// <summary>From a pull request's base and head.</summary>
    /// <param name="Number">Its number.</param>
    public sealed record PullRequest(long Number) : GraphFrom;

    /// <summary>That cannot be told.</summary>
    public sealed record Anywhere : GraphFrom
    {
        /// <summary>The only one.</summary>
        public static Anywhere Instance { get; } = new();
    }
}

/// <summary>A request, or why it is refused.</summary>
/// <param name="Request">The request; null when refused.</param>
/// <param name="Problem">Why, for the caller to read; null when not refused.</param>
public sealed record GraphOutcome(GraphRequest? Request, string? Problem);
