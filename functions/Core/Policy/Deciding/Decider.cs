using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Indexing;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// One decision, in the order the language promises: cover, deny, ceiling, one rule alone, approve. Each step either ends it or
/// hands on; there is no way back to an earlier one. Made for one call and thrown away.
/// </summary>
internal sealed class Decider(RuleIndex index, ImmutableDictionary<string, Access> ceiling, MaskingSettings masking, Caller caller, Operation operation)
{
    private readonly ImmutableArray<TraceStep>.Builder _trace = ImmutableArray.CreateBuilder<TraceStep>();
    private ImmutableArray<Rule> _covering = [];
    private ImmutableArray<Rule> _permitting = [];

    public Decision Decide()
    {
        if (Refusal(Unknown.Matches) is { } refusal)
        {
            return refusal;
        }

        var grant = new Grant(
            operation.Target,
            operation.Needs,
            _permitting.Min(static rule => rule.Lifetime),
            Visibility(_covering),
            Opaque(_covering),
            _permitting[0].Id)
        {
            Named = Named(),
            Readable = Readable(_covering),
            Reveals = Reveals(),
            Secrets = Secrets(),
        };
        var requirements = Requirements(_covering);
        return requirements.IsEmpty
            ? new Decision.Allow(grant) { Trace = _trace.ToImmutable() }
            : new Decision.NeedsApproval(grant, requirements) { Trace = _trace.ToImmutable() };
    }

    /// <summary>What holds whatever the operation's effect turns out to be. Needs only grow with what is known, so a step that fails now fails then.</summary>
    public PreliminaryDecision Preview()
    {
        if (Refusal(Unknown.Waits) is { } refusal)
        {
            return new PreliminaryDecision.Denied(refusal);
        }

        return new PreliminaryDecision.Open(
            Visibility(_covering),
            _covering.Any(static rule => rule.DeniesReadingPaths),
            Opaque(_covering),
            _permitting.Min(static rule => rule.Lifetime))
        {
            Named = Named(),
            Readable = Readable(_covering),
            Trace = _trace.ToImmutable(),
        };
    }

    /// <summary>Every step up to the rules that permit it; null when some do, and then both lists of rules are there.</summary>
    private Decision.Deny? Refusal(Unknown unknown)
    {
        _covering = Cover();
        if (_covering.IsEmpty)
        {
            return Deny(DenialReason.NotCovered, Explanations.NotCovered);
        }

        if (Denied(_covering, unknown) is { } denied)
        {
            return Deny(DenialReason.DeniedByRule, denied);
        }

        if (AboveCeiling() is { } above)
        {
            return Deny(DenialReason.AboveCeiling, above);
        }

        _permitting = Permitting(_covering, unknown);
        if (_permitting.IsEmpty)
        {
            var (reason, explanation) = Explanations.NothingPermits(_covering, operation, unknown);
            return Deny(reason, explanation);
        }

        return operation.Details switch
        {
            TokenExchangeDetails => KeptInside(),
            ApiCall { ReachesAll: true } => NotTheWhole() ?? FilesOutOfSight(unknown),
            _ => FilesOutOfSight(unknown),
        } ?? AddsSecrets();
    }

    /// <summary>What adds a secret is for people to decide where an <c>approve</c> entry asks them about just that, and refused otherwise.</summary>
    private Decision.Deny? AddsSecrets()
    {
        var secrets = operation.Details switch
        {
            RefUpdate update => update.AddedSecrets,
            ApiCall call => call.AddedSecrets,
            _ => null,
        };
        if (secrets is not { Count: > 0 })
        {
            return null;
        }

        if (masking.Added == AddedSecrets.Allow)
        {
            Step(null, "secrets", $"{SecretWords.Adds(secrets)}; the policy allows that");
            return null;
        }

        if (_covering.Any(rule => rule.Approve.Any(entry => entry.AsksAboutAddedSecrets && entry.Match(operation, Unknown.Matches) is not null)))
        {
            Step(null, "secrets", $"{SecretWords.Adds(secrets)}; people are asked");
            return null;
        }

        Step(null, "secrets", SecretWords.Adds(secrets));
        return Deny(DenialReason.AddsSecret, Explanations.AddsSecrets(secrets));
    }

    private Decision.Deny? NotTheWhole()
    {
        if (WholeRepository.HeldBack(_covering, Visibility(_covering)) is not var (rule, held))
        {
            return null;
        }

        Step(rule, "allow", $"it is about the repository as a whole: {held}");
        return Deny(DenialReason.RefNotAllowed, Explanations.NotTheWhole($"{(rule is null ? "" : $"rule '{rule.Id}' ")}{held}"));
    }

    private Decision.Deny? KeptInside()
    {
        if (!Named().IsEverything)
        {
            Step(null, "exchange", "it would name refs that the rules for contents hide");
            return Deny(DenialReason.NotExchangeable, $"No token for {operation.Needs} is to be had here: it would name refs, and no rule that gives contents:read shows every ref.");
        }

        if (LeavingTheBroker.HeldBack(_covering, Visibility(_covering), Opaque(_covering), operation.Needs) is not var (rule, held))
        {
            return null;
        }

        Step(rule, "exchange", held);
        return Deny(DenialReason.NotExchangeable, $"No token for {operation.Needs} is to be had here: {(rule is null ? "" : $"rule '{rule.Id}' ")}{held}.");
    }

    /// <summary>
    /// Permissions other than contents show files too (a pull request's), and name refs. Those of a ref that the caller may not fetch are not shown that way either.
    /// </summary>
    private Decision.Deny? FilesOutOfSight(Unknown unknown)
    {
        if (operation.Details is not ApiCall { Reads: { } reads })
        {
            return null;
        }

        var visible = reads is { IsAside: false, Paths: not { Count: 0 } } ? Visibility(_covering) : Named();
        if (Permission.IsShown(visible, reads, unknown))
        {
            return null;
        }

        Step(null, "allow", $"it reads contents, and what may be seen of them is {visible}");
        return _covering.Any(static rule => rule.Allow.Covers(PermissionSet.ContentsRead))
            ? Deny(DenialReason.RefNotAllowed, Explanations.NotOpen(reads))
            : Deny(DenialReason.PermissionMissing, Explanations.FilesNotOpen);
    }

    private ImmutableArray<Rule> Cover()
    {
        // What an operation of another kind is on, no rule is about: a call of GitHub's API on a vault, or the other way round, is a bug that ends here.
        var (about, where) = (operation.Target, operation.Details) switch
        {
            (RepositoryTarget { Repository: var repository }, not SecretCall) => (index.Find(repository), repository.ToString()),
            (SecretTarget { Vault: var vault }, SecretCall) => (index.Find(vault), vault.ToString()),
            _ => ([], null),
        };
        if (where is null)
        {
            Step(null, "cover", $"no rule can be about {operation.Details.Name} on a {operation.Target.GetType().Name}");
            return [];
        }

        var covering = ImmutableArray.CreateBuilder<Rule>();
        foreach (var rule in about)
        {
            var misses = rule.Who.Misses(caller);
            Step(rule, "cover", misses is null ? $"covers the caller on {where}" : $"is about {where}, but not for this caller: {misses}");
            if (misses is null)
            {
                covering.Add(rule);
            }
        }

        if (covering.Count == 0)
        {
            Step(null, "cover", $"no rule covers this caller on {where}");
        }

        return covering.ToImmutable();
    }

    /// <summary>Every match is traced; the first explains.</summary>
    private string? Denied(ImmutableArray<Rule> covering, Unknown unknown)
    {
        string? explanation = null;
        foreach (var (rule, entry) in covering.SelectMany(static rule => rule.Deny.Select(entry => (rule, entry))))
        {
            if (entry.Match(operation, unknown) is { } match)
            {
                Step(rule, "deny", match);
                explanation ??= Explanations.DeniedByRule(rule, match);
            }
        }

        return explanation;
    }

    private string? AboveCeiling()
    {
        foreach (var (name, needed) in operation.Needs.Items)
        {
            if (ceiling.TryGetValue(name, out var most) && most < needed)
            {
                Step(null, "ceiling", $"holds {name} at {Explanations.NameOf(most)}; {Explanations.NameOf(needed)} is needed");
                return Explanations.AboveCeiling(name, most, needed);
            }
        }

        return null;
    }

    private ImmutableArray<Rule> Permitting(ImmutableArray<Rule> covering, Unknown unknown)
    {
        var permitting = ImmutableArray.CreateBuilder<Rule>();
        foreach (var rule in covering)
        {
            var misses = Permission.Misses(rule, operation, unknown);
            Step(rule, "allow", misses is null ? $"alone permits {operation.NeedsText}" : $"does not permit it: {misses.Text}");
            if (misses is null)
            {
                permitting.Add(rule);
            }
        }

        return permitting.ToImmutable();
    }

    private ImmutableArray<ApprovalRequirement> Requirements(ImmutableArray<Rule> covering)
    {
        var requirements = ImmutableArray.CreateBuilder<ApprovalRequirement>();
        foreach (var rule in covering)
        {
            for (var i = 0; i < rule.Approve.Length; i++)
            {
                var entry = rule.Approve[i];
                if (entry.Match(operation, Unknown.Matches) is { } match)
                {
                    Step(rule, "approve", $"entry {i} asks for {entry.Quorum} of {string.Join(", ", entry.ApproverGroups)}: {match}");
                    requirements.Add(new(rule.Id, i, entry.ApproverGroups, entry.Quorum, entry.Notify, entry.Expires, entry.Valid, match));
                }
            }
        }

        return requirements.ToImmutable();
    }

    /// <summary>What a rule for something else shows it names, and nothing that the rules for contents hide; where none is about contents, it says so alone.</summary>
    private RefVisibility Named()
    {
        var named = _permitting.Aggregate(RefVisibility.Nothing, static (named, rule) => named.Union(rule.Refs.Visible));
        return _covering.Any(static rule => rule.Allow.Covers(PermissionSet.ContentsRead)) ? named.Within(Visibility(_covering)) : named;
    }

    private static RefVisibility Visibility(ImmutableArray<Rule> covering) => covering
        .Where(static rule => rule.Allow.Covers(PermissionSet.ContentsRead))
        .Aggregate(RefVisibility.Nothing, static (visible, rule) => visible.Union(rule.Refs.Visible));

    private static PathReadability Readable(ImmutableArray<Rule> covering) => covering.Any(static rule => rule.DeniesReadingPaths)
        ? new([.. covering.SelectMany(static rule => rule.Deny).Select(static entry => entry.Read).OfType<PathGlobs>()])
        : PathReadability.Everything;

    /// <summary>The strictest of what the covering rules say; one that says nothing means refuse where any of them keeps paths from readers.</summary>
    private static OpaqueHandling Opaque(ImmutableArray<Rule> covering)
    {
        var unsaid = covering.Any(static rule => rule.DeniesReadingPaths) ? OpaqueHandling.Refuse : OpaqueHandling.Allow;
        return covering.Max(rule => rule.Opaque ?? unsaid);
    }

    /// <summary>Never by default: a rule that permits this must say so, and a covering one that says the opposite wins.</summary>
    private bool Reveals() => _permitting.Any(static rule => rule.Reveals == true) && _covering.All(static rule => rule.Reveals != false);

    /// <summary>What the rules give of a vault: a name is listed when some rule lists it and none keeps it back.</summary>
    private SecretAccess? Secrets() => operation.Details is not SecretCall call ? null : new(call)
    {
        Listed = [.. _permitting.SelectMany(static rule => rule.Vaults?.Secrets ?? []).Where(static grant => grant.Given.Contains(SecretVerb.List)).Select(static grant => grant.Names)],
        Kept = [.. _covering.SelectMany(static rule => rule.Deny).SelectMany(static entry => entry.Secrets).Where(static demand => demand.Verb == SecretVerb.List).SelectMany(static demand => demand.Names)],
    };

    private Decision.Deny Deny(DenialReason reason, string explanation) => new(reason, Shown.Line(explanation)) { Trace = _trace.ToImmutable() };

    private void Step(Rule? rule, string step, string text) => _trace.Add(new(rule?.Id, step, text));
}
