using System.Collections.Immutable;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Deciding;

/// <summary>
/// What a denied caller may read: what was missing and which rules came close, so that the owner knows what to ask for. Written only
/// from rules that cover the caller; one line, no control characters.
/// </summary>
internal static class Explanations
{
    // The same words for every repository, there or not.
    public const string NotCovered = "Not found, or not open to you.";

    public static string DeniedByRule(Rule rule, string match) => $"Rule '{rule.Id}' denies this: {match}.";

    public static string AboveCeiling(string name, Access most, Access needed) =>
        $"This needs {name}:{NameOf(needed)}, and the policy's ceiling holds {name} at {NameOf(most)} for everybody.";

    public const string FilesNotOpen = "This reads files, and no rule gives you contents:read here.";

    public static string AddsSecrets(IReadOnlyCollection<AddedSecret> secrets) =>
        $"{Sentence(SecretWords.Adds(secrets))}. Take it out of every commit that is sent; what is no secret can be let through by the policy (masking.allow).";

    public static string NotTheWhole(string held) =>
        $"This is about the repository as a whole, and {held}: it is for those from whom no ref and no path is held back.";

    // The same words for a ref that is hidden and for one that is not there.
    public static string NotOpen(ContentRead reads) => reads.From is { } from
        ? $"Reading {Shown.Short(from.Value)} is not open to you."
        : "What is read by its id may be on any ref, and not every ref is open to you.";

    public static (DenialReason Reason, string Explanation) NothingPermits(ImmutableArray<Rule> covering, Operation operation, Unknown unknown)
    {
        if (operation is { Details: SecretCall call, Target: SecretTarget target })
        {
            return (DenialReason.PermissionMissing, $"This needs '{call}' on {target}: {Join(covering.Select(rule => $"rule '{rule.Id}' gives you {GivenOf(rule, target.Name)}"))}.");
        }

        var misses = covering.Select(rule => (Rule: rule, Missing: Permission.Misses(rule, operation, unknown))).ToArray();
        var byRef = misses.Where(static pair => pair.Missing is { Kind: MissingKind.Ref }).Select(static pair => pair.Rule).ToArray();
        var inside = misses.Where(static pair => pair.Missing is { Kind: MissingKind.Exchange }).ToArray();
        if (inside.Length > 0)
        {
            return (DenialReason.NotExchangeable, $"No token for {operation.Needs} is to be had here: {Join(inside.Select(pair => $"rule '{pair.Rule.Id}' {LeavingTheBroker.Misses(pair.Rule, operation.Needs)}"))}.");
        }

        if (byRef.Length > 0 && operation.Details is ApiCall { Reads: { } reads })
        {
            return (DenialReason.RefNotAllowed, NotOpen(reads));
        }

        if (byRef.Length > 0 && operation.Details is ApiCall { ReachesAll: true })
        {
            return (DenialReason.RefNotAllowed, NotTheWhole(Join(byRef.Select(static rule => $"rule '{rule.Id}' {WholeRepository.Misses(rule)}"))));
        }

        if (byRef.Length > 0)
        {
            var to = operation.Details switch
            {
                RefUpdate update => update.Ref,
                PreparePushDetails prepares => prepares.To,
                _ => null,
            };
            var what = to is null ? "Pushing" : $"Pushing {Shown.Short(to.Value)}";
            return (DenialReason.RefNotAllowed, $"{what} is not allowed: {Join(byRef.Select(static rule => $"rule '{rule.Id}' lets you push {rule.Refs.PushText}"))}.");
        }

        if (misses.All(static pair => pair.Rule.Allow.IsEmpty))
        {
            return (DenialReason.PermissionMissing, $"This needs {operation.Needs}, and no rule gives you anything here.");
        }

        var close = misses.Where(static pair => !pair.Rule.Allow.IsEmpty)
            .Select(pair => $"rule '{pair.Rule.Id}' {(pair.Rule.Gives.Covers(operation.Needs) ? $"does not speak of {operation.Details.Name}" : $"gives you {Given(pair.Rule, operation)}")}");
        return (DenialReason.PermissionMissing, $"This needs {operation.Needs}: {Join(close)}.");
    }

    public static string NameOf(Access access) => access.ToString().ToLowerInvariant();

    /// <summary>Only the permissions the operation is about; the rest of a rule would be noise.</summary>
    private static string Given(Rule rule, Operation operation) =>
        string.Join(", ", operation.Needs.Items.Select(need => $"{need.Key}:{NameOf(rule.Gives[need.Key])}"));

    /// <summary>The verbs that a rule gives on a secret, and where it may be used.</summary>
    public static string GivenOf(Rule rule, SecretName? name)
    {
        var uses = (rule.Vaults?.Use ?? []).Where(grant => name is null || grant.Names.IsMatch(name.Value)).SelectMany(static grant => grant.Given).Distinct().Select(SecretVerbs.WordOf).ToArray();
        return $"{(rule.Vaults?.WordsFor(name).ToArray() is { Length: > 0 } words ? string.Join(", ", words) : "nothing")} there{(uses.Length > 0 ? $" (use for {string.Join(", ", uses)}{Within(rule)})" : "")}";
    }

    private static string Within(Rule rule) => rule.Repositories.IsEmpty ? "" : $" of {string.Join(", ", rule.Repositories)}";

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string Join(IEnumerable<string> parts) => string.Join("; ", parts);
}
