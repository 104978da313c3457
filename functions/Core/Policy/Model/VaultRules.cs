using System.Collections.Immutable;

namespace CursorBroker.Core.Policy.Model;

/// <summary>What a rule says of vaults. Compiled and kept; vault operations are what will ask it.</summary>
/// <param name="Vaults">Vault name globs, without case.</param>
/// <param name="Secrets">Which verbs on which secret names.</param>
/// <param name="Use">What a secret may be used for without being shown.</param>
internal sealed record VaultRules(ImmutableArray<Glob> Vaults, ImmutableArray<SecretGrant> Secrets, ImmutableArray<SecretGrant> Use);

/// <summary>Verbs (or uses) granted on the secrets a glob names.</summary>
internal sealed record SecretGrant(Glob Names, ImmutableArray<string> Verbs);

/// <summary>A verb on secrets that waits for approval.</summary>
internal sealed record SecretDemand(string Verb, ImmutableArray<Glob> Names);
