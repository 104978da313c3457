using System.Collections.Immutable;

namespace CursorBroker.Core.Policy;

/// <summary>Where news of an approval goes, under a name that rules refer to.</summary>
/// <param name="TeamsSecret">The name of the secret that holds a Teams webhook's URL (the URL is itself a secret); null when none.</param>
/// <param name="Email">Addresses; may be empty when there is a Teams webhook.</param>
public sealed record NotifyTarget(string? TeamsSecret, ImmutableArray<string> Email);
