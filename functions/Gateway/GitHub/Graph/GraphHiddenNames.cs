using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CursorBroker.Core.GitHub.Graph;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.GitHub.Rest.Reading;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// Pull requests and releases name branches and tags. Those that name a hidden one are left out of lists, and elsewhere are not there, for whom refs are hidden. What is asked for tells where in the answer they are,
/// whatever it is called there. Counts beside a list stay GitHub's.
/// </summary>
internal static class GraphHiddenNames
{
    private static readonly FrozenSet<string> Telling = new[] { "headRefName", "baseRefName", "headRef", "baseRef", "tagName" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Takes them out of an answer; null when nothing of the kind is asked for, or none is hidden.</summary>
    /// <param name="roots">What is asked for at the top, and of which repository.</param>
    /// <param name="grant">What the call gets.</param>
    public static Action<JsonNode>? For(IEnumerable<(GraphRoot Root, RepositoryName? Repository)> roots, Grant grant)
    {
        var told = roots.Where(each => each.Repository is not null && Tells(each.Root.Selected))
            .Select(each => (each.Root, Grant: GrantOf(grant, each.Repository!))).Where(static each => !each.Grant.Named.IsEverything).ToImmutableArray();
        return told.IsEmpty ? null : answer =>
        {
            foreach (var (root, of) in told)
            {
                if (answer["data"] is JsonObject data && data[root.Key] is { } value && !Keep(value, root.Selected, new Sight(of)))
                {
                    data[root.Key] = null;
                }
            }
        };
    }

    private static Grant GrantOf(Grant grant, RepositoryName repository) =>
        grant.Others.Prepend(grant).FirstOrDefault(each => each.Repository.Equals(repository)) ?? throw new InvalidOperationException($"Nothing is granted on {repository}.");

    private static bool Tells(ImmutableArray<GraphSelected> selected) => selected.Any(static field => Telling.Contains(field.Field) || Tells(field.Selected));

    /// <summary>Takes out what is below; false when the thing itself is one of those.</summary>
    private static bool Keep(JsonNode? value, ImmutableArray<GraphSelected> selected, Sight sight)
    {
        switch (value)
        {
            case JsonArray list:
                list.RemoveAll(each => !Keep(each, selected, sight));
                return true;
            case JsonObject thing:
                if (!IsShown(thing, selected, sight))
                {
                    return false;
                }

                foreach (var field in selected.Where(static field => !field.Selected.IsEmpty))
                {
                    if (thing[field.Key] is { } below && !Keep(below, field.Selected, sight))
                    {
                        if (field.Field == "node")
                        {
                            // An edge that leads to nothing would tell that there is something.
                            return false;
                        }

                        thing[field.Key] = null;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    private static bool IsShown(JsonObject thing, ImmutableArray<GraphSelected> selected, Sight sight)
    {
        // A fork's branches are the fork's.
        var isForks = selected.Any(field => field.Field == "isCrossRepository" && thing[field.Key] is JsonValue flag && flag.TryGetValue<bool>(out var crosses) && crosses);
        return selected.Where(field => thing[field.Key] is not null).All(field => field.Field switch
        {
            "headRefName" => isForks || sight.Branch(thing[field.Key]),
            "baseRefName" => sight.Branch(thing[field.Key]),
            "headRef" => isForks || Names(field).All(name => sight.Branch(thing[field.Key]![name])),
            "baseRef" => Names(field).All(name => sight.Branch(thing[field.Key]![name])),
            "tagName" => sight.Tag(thing[field.Key]),
            _ => true,
        });
    }

    private static IEnumerable<string> Names(GraphSelected reference) => reference.Selected.Where(static field => field.Field == "name").Select(static field => field.Key);
}
