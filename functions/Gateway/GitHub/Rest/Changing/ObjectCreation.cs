using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Making single objects. No ref leads to them, so that nothing is changed yet: what they hold is looked at when a ref is moved to them, and there whoever does not see everything
/// gets no further with an object that names something hidden. So it is enough that the caller may push somewhere.
/// </summary>
internal sealed class ObjectCreation : IChange
{
    private const string Tree = "POST /repos/{owner}/{repo}/git/trees";

    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["POST /repos/{owner}/{repo}/git/blobs"] = ["content", "encoding"],
        [Tree] = ["tree", "base_tree"],
        ["POST /repos/{owner}/{repo}/git/commits"] = ["message", "tree", "parents", "author", "committer", "signature"],
        ["POST /repos/{owner}/{repo}/git/tags"] = ["tag", "message", "object", "type", "tagger"],
    };

    public IReadOnlyList<string> Routes { get; } = [.. Fields.Keys];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) =>
        CallFields.Of(call, Fields[call.Route.Id]).Succeeded(out _, out var refusal) ? CallEffects.OutlineOfSomePush(call) : refusal;

    public ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) => ValueTask.FromResult(
        CallFields.Of(call, Fields[call.Route.Id]).Succeeded(out var body, out var refusal)
            ? new RestEffect([CallEffects.CallOf(call), Operation.PreparePush(call.Repository)])
            {
                Body = body.With(),
                Edit = call.Route.Id == Tree ? WithoutEntries : null,
            }
            : (Outcome<RestEffect>)refusal);

    // A tree made over another one by its id is answered with all that stands in that one: whoever knows the id would read the names of a hidden directory.
    private static void WithoutEntries(JsonNode answer, Grant grant)
    {
        if (answer is JsonObject tree && !(grant.Visible.IsEverything && grant.Readable.IsEverything))
        {
            _ = tree.Remove("tree");
        }
    }
}
