using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>What one call reads.</summary>
/// <param name="Reads">Each ref and the paths from it; empty for what is about no ref in particular and only listed (see <paramref name="Edit"/>).</param>
/// <param name="Edit">Leaves out of the answer what may not be seen; null when there is nothing to leave out.</param>
internal sealed record Reading(ImmutableArray<ContentRead> Reads, Action<JsonNode, Grant>? Edit = null)
{
    /// <summary>The template's parameters with names replaced by the ids they were looked up as; null to keep them.</summary>
    public ImmutableDictionary<string, string>? Parameters { get; init; }

    /// <summary>The query with names replaced likewise; null to keep it.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Query { get; init; }

    /// <summary>Judges what was looked up by the grant that the call gets, before it is sent on; null when nothing is left to judge.</summary>
    public Func<Grant, Refusal?>? Verify { get; init; }

    /// <summary>Whatever it may name by the way: only for who may know of all of it.</summary>
    public static Reading AnythingAside { get; } = new([new ContentRead(null, null) { IsAside = true }]);

    /// <summary>Anything from anywhere: only for who may see all of it.</summary>
    public static Reading Anything { get; } = new([new ContentRead(null, null)]);

    /// <summary>Names only, from these refs.</summary>
    public static Reading NamesFrom(IEnumerable<RefName?> refs, Action<JsonNode, Grant>? edit = null) => new([.. refs.Select(static from => new ContentRead(from, []))], edit);

    /// <summary>These paths, from these refs.</summary>
    public static Reading PathsFrom(IEnumerable<RefName?> refs, IReadOnlyCollection<string>? paths, Action<JsonNode, Grant>? edit = null) =>
        new([.. refs.Select(from => new ContentRead(from, paths))], edit);
}
