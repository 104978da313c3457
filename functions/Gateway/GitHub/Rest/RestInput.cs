using System.Collections.Immutable;
using CursorBroker.Core.GitHub.Routes;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Everything of a REST request that counts, read and checked.</summary>
/// <param name="Match">The route and its parameters.</param>
/// <param name="Query">The query's parameters in their order, decoded.</param>
/// <param name="Body">The body.</param>
/// <param name="Accept">Which form of an answer is asked for.</param>
/// <param name="Conditions">What the caller already has.</param>
/// <param name="ApiVersion">The version of the API; one of a known list.</param>
/// <param name="IsHead">Whether only the head of the answer is wanted.</param>
internal sealed record RestInput(
    ApiMatch Match, ImmutableArray<KeyValuePair<string, string>> Query, RestBody Body, RestAccept Accept, RestConditions Conditions, string ApiVersion, bool IsHead)
{
    public ApiRoute Route => Match.Route;

    /// <summary>Secrets in its body.</summary>
    public FoundSecrets Secrets { get; init; } = FoundSecrets.None;
}
