using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn;

/// <summary>Knows which sign-ins were ended before their time. A broker without an authorization server has none that could be.</summary>
internal interface ISignInEnds
{
    /// <summary>Whether what a person signed in for at that moment is over.</summary>
    /// <exception cref="Core.State.StateUnavailableException">Nobody can tell, so it does not count now.</exception>
    ValueTask<bool> IsOverAsync(PersonId person, DateTimeOffset began, CancellationToken cancellationToken);
}
