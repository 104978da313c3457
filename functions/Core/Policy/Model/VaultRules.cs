using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Model;

/// <summary>What a rule gives on vaults.</summary>
/// <param name="Vaults">Vault name globs, without case.</param>
/// <param name="Secrets">Which verbs on which secret names.</param>
/// <param name="Use">What a secret may be used for without being shown.</param>
internal sealed record VaultRules(ImmutableArray<Glob> Vaults, ImmutableArray<SecretGrant<SecretVerb>> Secrets, ImmutableArray<SecretGrant<SecretUse>> Use)
{
    /// <summary>Whether it gives what a call asks for: on the secret, or, for a call on none in particular, on some.</summary>
    public bool Gives(SecretCall call, SecretName? name) =>
        (Gives(Secrets, call.Verb, name) || (call is { Verb: SecretVerb.GetMasked, OrValue: false } && Gives(Secrets, SecretVerb.Get, name)))
        && (call.To is not { } to || Gives(Use, to, name));

    /// <summary>Whether a call puts a secret into no repository that the rule is not about. A rule about none in particular leaves that open.</summary>
    public static bool Reaches(Rule rule, SecretCall call) =>
        call.Verb != SecretVerb.Use || rule.Repositories.IsEmpty || (call.Into is { } into && rule.Repositories.Any(glob => glob.Matches(into)));

    /// <summary>The verbs that it gives on a secret, in the language's words.</summary>
    public IEnumerable<string> WordsFor(SecretName? name) =>
        Enum.GetValues<SecretVerb>().Where(verb => Gives(Secrets, verb, name)).Select(SecretVerbs.WordOf);

    private static bool Gives<T>(ImmutableArray<SecretGrant<T>> grants, T asked, SecretName? name)
        where T : struct, Enum =>
        grants.Any(grant => grant.Given.Contains(asked) && (name is null || grant.Names.IsMatch(name.Value)));
}

/// <summary>Verbs (or uses) granted on the secrets that a glob names.</summary>
internal sealed record SecretGrant<T>(Glob Names, ImmutableArray<T> Given)
    where T : struct, Enum;

/// <summary>A verb on secrets that is denied, or waits for approval.</summary>
internal sealed record SecretDemand(SecretVerb Verb, ImmutableArray<Glob> Names)
{
    /// <summary>
    /// What of a call matches, in words; null when nothing does. A value that is given away is no less than its mask, so what is said of masks is said of values too; and a list of all
    /// secrets may hold any of them.
    /// </summary>
    public string? Match(SecretCall call, SecretName? name) =>
        (Verb == call.Verb || (Verb == SecretVerb.GetMasked && call.Verb == SecretVerb.Get)) && (name is null ? Names.FirstOrDefault() : Names.FirstOrDefault(glob => glob.IsMatch(name.Value))) is { } glob
            ? $"it is {call} of a secret {glob}"
            : null;
}
