using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.GitHub.Rest.Reading;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Calls that move no ref and do something at one that they name: run a workflow there, say of a commit that its checks passed. What they name is what the caller may see, so that nobody
/// acts on a hidden ref, or learns by trying what there is.
/// </summary>
internal sealed class NamedRef : IChange
{
    private const string Repository = "/repos/{owner}/{repo}";
    private const string Dispatch = $"POST {Repository}/actions/workflows/{{workflow_id}}/dispatches";

    // Where each route names them: members of the body, or a parameter of the path.
    private static readonly FrozenDictionary<string, string[]> Names = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Dispatch] = ["ref"],
        [$"POST {Repository}/check-runs"] = ["head_sha"],
        [$"POST {Repository}/check-suites"] = ["head_sha"],
        [$"POST {Repository}/code-scanning/sarifs"] = ["commit_sha", "ref"],
        [$"POST {Repository}/dependency-graph/snapshots"] = ["sha", "ref"],
        [$"POST {Repository}/commits/{{commit_sha}}/comments"] = ["{commit_sha}"],
        [$"POST {Repository}/statuses/{{sha}}"] = ["{sha}"],

        // Its workflows are those of the default branch.
        [$"POST {Repository}/dispatches"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public IReadOnlyList<string> Routes { get; } = Names.Keys;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfCall() : refusal;

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) =>
        Read(call).Succeeded(out var names, out var refusal)
        && (await RefsAsync(names.All, state, cancellationToken)).Succeeded(out var refs, out refusal)
        && (await PresentAsync(call, state, cancellationToken)).Succeeded(out var present, out refusal)
            ? CallEffects.OfCallOn(call, refs) with { ResolvedState = present }
            : refusal;

    /// <summary>
    /// What a name stands for now, as a part of what is approved: whoever agrees to one commit being run has not agreed to the next. GitHub takes names alone, so that a ref that moves between this and the run is run as
    /// it is by then.
    /// </summary>
    public static async ValueTask<Outcome<string>> StandsForAsync(string name, PresentState state, CancellationToken cancellationToken)
    {
        RefName[] candidates = [.. new[] { name, $"refs/tags/{name}", $"refs/heads/{name}" }.Select(static each => RefName.TryParse(each, out var parsed) ? parsed : null).OfType<RefName>()];
        return (await state.TipsAsync(candidates, cancellationToken)).Succeeded(out var tips, out var refusal)
            ? string.Join('\n', candidates.Where(each => tips[each] is not null).Select(each => $"{each} {tips[each]!.Hex}"))
            : refusal;
    }

    private static async ValueTask<Outcome<string>> PresentAsync(RestCall call, PresentState state, CancellationToken cancellationToken) =>
        call.Route.Id == Dispatch ? await StandsForAsync(Member(call.Body, "ref")!, state, cancellationToken) : "";

    /// <summary>The refs that are meant; null among them for an id that no visible ref is known to hold.</summary>
    public static async ValueTask<Outcome<IReadOnlyList<RefName?>>> RefsAsync(IEnumerable<string?> names, PresentState state, CancellationToken cancellationToken)
    {
        if (state.SeesEverything)
        {
            // Were the policy another one by the time it is decided, "any" would be denied.
            return Outcome<IReadOnlyList<RefName?>>.Of([null]);
        }

        var refs = new List<RefName?>();
        foreach (var name in names)
        {
            if (!(await RefLookup.ResolveAsync(state.Lookup, name, cancellationToken)).Succeeded(out var meant, out var refusal))
            {
                return refusal;
            }

            refs.AddRange(meant.Refs);
        }

        return refs;
    }

    private static Outcome<Named> Read(RestCall call)
    {
        var names = ImmutableArray.CreateBuilder<string?>();
        foreach (var place in Names[call.Route.Id])
        {
            var name = place is ['{', .. var parameter, '}'] ? call.Parameter(parameter) : Member(call.Body, place);
            if (string.IsNullOrEmpty(name))
            {
                return Refusals.Malformed($"The field '{place}' is missing, or no text.");
            }

            names.Add(name);
        }

        return new Named(names.Count == 0 ? [null] : names.ToImmutable());
    }

    private static string? Member(JsonNode? body, string name) =>
        body is JsonObject fields && fields[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private sealed record Named(ImmutableArray<string?> All);
}
