using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>A person's sign-ins as a whole, for whoever runs the broker.</summary>
public interface IPersonSessions
{
    /// <summary>
    /// Ends everything that a person has signed in for up to now, with every client. Every instance refuses the tokens of it within seconds; tokens of the identity provider
    /// are the provider's to revoke.
    /// </summary>
    /// <returns>The moment up to which they are over.</returns>
    /// <exception cref="Core.State.StateUnavailableException">It could not be written down, and counts nowhere.</exception>
    ValueTask<DateTimeOffset> CutOffAsync(PersonId person, CancellationToken cancellationToken);
}
