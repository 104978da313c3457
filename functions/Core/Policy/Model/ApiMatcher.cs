using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>
/// The <c>api</c> of a deny or approve entry: every key present must hold, any value of a key will do. It is about calls of GitHub's API; what a call does to refs and paths
/// is a push beside it, and for <see cref="PushMatcher"/>.
/// </summary>
internal sealed record ApiMatcher
{
    /// <summary>Permissions, any of which the call needs at this access or above; empty when the key is absent.</summary>
    public PermissionSet Permissions { get; init; } = PermissionSet.Empty;

    /// <summary>True: it needs some permission above read. False: it needs none.</summary>
    public bool? Writes { get; init; }

    /// <summary>Globs over <see cref="ApiCall.Route"/>; empty when the key is absent.</summary>
    public ImmutableArray<Glob> Routes { get; init; } = [];

    /// <summary>True: there is a secret in what it sends. False: there is none.</summary>
    public bool? Secrets { get; init; }

    /// <summary>What matches, in words; null when some key does not hold.</summary>
    /// <param name="call">The call.</param>
    /// <param name="needs">The permissions that it would be granted.</param>
    /// <param name="unknown">Whether more may turn out to be needed.</param>
    public string? Match(ApiCall call, PermissionSet needs, Unknown unknown)
    {
        var route = Routes.FirstOrDefault(glob => glob.IsMatch(call.Route));
        var permission = Permissions.Items.FirstOrDefault(item => needs[item.Key] >= item.Value).Key;
        if ((route is null && !Routes.IsEmpty) || (permission is null && !Permissions.IsEmpty) || !WritesAsAsked(needs, unknown)
            || (Secrets is { } asked && asked != call.AddedSecrets.Count > 0))
        {
            return null;
        }

        string?[] found =
        [
            route is null ? null : $"it calls {Shown.Short(call.Route)} ({route})",
            permission is null ? null : $"it needs {PermissionSet.Of(permission, needs[permission])}",
            Writes is null ? null : needs.Writes ? "it can write" : "it reads",
            Secrets switch { null => null, true => SecretWords.Adds(call.AddedSecrets), false => "it adds no secret" },
        ];
        return found.Any(static text => text is not null) ? string.Join("; ", found.OfType<string>()) : null;
    }

    private bool WritesAsAsked(PermissionSet needs, Unknown unknown) => Writes switch
    {
        null => true,
        true => needs.Writes,

        // As long as it is not known what else it needs, nobody can say that it only reads.
        false => !needs.Writes && unknown == Unknown.Matches,
    };
}
