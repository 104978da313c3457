using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Reach;

/// <summary>
/// What one caller may ever do, from the rules that cover it. It hides and describes, and decides nothing: a yes here is no permission, a no here is a no of
/// <see cref="PolicySet.Decide"/> as well. Made by <see cref="PolicySet.ReachOf"/>.
/// </summary>
public sealed class PolicyReach
{
    private readonly ImmutableArray<(Rule Rule, PermissionSet Gives)> _covering;
    private readonly Lazy<ImmutableArray<RuleReach>> _rules;

    internal PolicyReach(ImmutableArray<Rule> covering, ImmutableDictionary<string, Access> ceiling)
    {
        _covering = [.. covering.Select(rule => (rule, Under(ceiling, rule.Gives)))];
        _rules = new(() => [.. _covering.Select(static each => RuleReach.Of(each.Rule, each.Gives))]);
    }

    /// <summary>The rules that cover the caller, in the policy's order, in words. Empty when nothing is open to them.</summary>
    public ImmutableArray<RuleReach> Rules => _rules.Value;

    /// <summary>The owners that rules name in full and on whose repositories they give something, in order, each once whatever its case.</summary>
    public ImmutableArray<string> Owners =>
    [
        .. OpenRepositories.Where(static glob => glob.Owner.IsLiteral).Select(static glob => glob.Owner.ToString())
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Whether some rule that gives something names its owners by a pattern, so that <see cref="Owners"/> are not all.</summary>
    public bool HasOwnersByPattern => OpenRepositories.Any(static glob => !glob.Owner.IsLiteral);

    private IEnumerable<RepositoryGlob> OpenRepositories =>
        _covering.Where(static each => !each.Gives.IsEmpty).SelectMany(static each => each.Rule.Repositories);

    /// <summary>
    /// Whether some one rule gives these permissions, under the ceiling, on some repository. For what takes one of several sets, ask for each. False for no permission at all, which
    /// nothing is ever allowed with.
    /// </summary>
    public bool MayEver(PermissionSet needs)
    {
        ArgumentNullException.ThrowIfNull(needs);
        return !needs.IsEmpty && _covering.Any(each => !each.Rule.Repositories.IsEmpty && each.Gives.Covers(needs));
    }

    /// <summary>Whether some one rule gives this verb of the policy language (<c>list</c>, <c>get</c>, <c>set</c> ...) on some secret of some vault.</summary>
    public bool MayEverUseVaults(string verb)
    {
        ArgumentException.ThrowIfNullOrEmpty(verb);
        return _covering.Any(each => each.Rule.Vaults is { Vaults.IsEmpty: false } vaults && Gives(vaults, verb));
    }

    // Who may have a value may have its mask, and a use is granted where the secret's verbs or the rule's "use" name it.
    private static bool Gives(VaultRules vaults, string verb) =>
        vaults.Secrets.Any(grant => grant.Given.Any(given => SecretVerbs.WordOf(given) == verb || (verb == "get-masked" && given == SecretVerb.Get)))
        || (verb == "use" && !vaults.Use.IsEmpty);

    private static PermissionSet Under(ImmutableDictionary<string, Access> ceiling, PermissionSet gives) => gives.Items.Aggregate(
        gives, (under, each) => ceiling.TryGetValue(each.Key, out var most) && most < each.Value ? under.With(each.Key, most) : under);
}
