using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Deciding;
using CursorBroker.Core.Policy.Indexing;
using CursorBroker.Core.Policy.Model;
using CursorBroker.Core.Policy.Reach;

namespace CursorBroker.Core.Policy;

/// <summary>A compiled policy: immutable, safe for any number of threads, swapped whole. Made by <see cref="PolicyCompiler"/>.</summary>
public sealed class PolicySet
{
    /// <summary>SHA-256 of the policy's text in UTF-8, lower-case hex.</summary>
    public required string Version { get; init; }

    /// <summary>The issuers it trusts, those the host brought included.</summary>
    public required ImmutableArray<IssuerSettings> Issuers { get; init; }

    /// <summary>Who may run and audit the broker.</summary>
    public PolicyRoles Roles { get; internal init; } = PolicyRoles.Nobody;

    /// <summary>Where news goes, by the name that <see cref="ApprovalRequirement.Notify"/> uses.</summary>
    public ImmutableDictionary<string, NotifyTarget> Notify { get; internal init; } = ImmutableDictionary<string, NotifyTarget>.Empty;

    /// <summary>What the policy says of masking.</summary>
    public MaskingSettings Masking { get; internal init; } = MaskingSettings.Default;

    /// <summary>The rules that answers are masked by: the product's with what the policy adds and changes, compiled once.</summary>
    public MaskRules MaskRules { get; internal init; } = MaskRules.Default;

    /// <summary>The groups that can matter to who sees and decides approvals: those that <c>approve</c> entries and roles name.</summary>
    public ImmutableHashSet<string> DecidingGroups =>
        [.. Rules.SelectMany(static rule => rule.Approve).SelectMany(static entry => entry.ApproverGroups), .. Roles.Groups];

    /// <summary>Every group that the policy names: in rules, in what they leave to people, and in roles.</summary>
    public ImmutableHashSet<string> NamedGroups => DecidingGroups.Union(Rules.SelectMany(static rule => rule.Who.Groups));

    internal ImmutableDictionary<string, Access> Ceiling { get; init; } = ImmutableDictionary<string, Access>.Empty;

    internal ImmutableArray<Rule> Rules { get; init; } = [];

    internal RuleIndex Index { get; init; } = new([]);

    internal ImmutableArray<PolicyTestCase> Tests { get; init; } = [];

    /// <summary>Decides one operation. Pure: the same caller, operation and policy give the same answer.</summary>
    public Decision Decide(Caller caller, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        return Alternation.Decide(operation, one => new Decider(Index, Ceiling, Masking, caller, one));
    }

    /// <summary>
    /// Looks at an operation whose effect may not be known yet. What is unknown of it matches no <c>deny</c> here, because it is decided again once
    /// known: so what is denied now is denied whatever turns up, and everything else has to be asked of <see cref="Decide"/>.
    /// </summary>
    public PreliminaryDecision Preview(Caller caller, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(operation);
        return Alternation.Preview(operation, one => new Decider(Index, Ceiling, Masking, caller, one));
    }

    /// <summary>What a caller may ever do, by the rules that cover it: to hide what no rule could allow, and to say what some do. It decides nothing.</summary>
    public PolicyReach ReachOf(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return new([.. Rules.Where(rule => rule.Who.Misses(caller) is null)], Ceiling);
    }

    internal static string VersionOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
