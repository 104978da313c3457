using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn.Server.Tokens;

/// <summary>A person's sign-ins as a whole, for whoever runs the broker.</summary>
public interface IPersonSessions
{
    /// <summary>
    /// Ends everything that a person has signed in for up to a moment, with every client and in every browser, and their hook key. Every instance refuses the tokens of it
    /// within seconds; tokens of the identity provider are the provider's to revoke.
    /// </summary>
    /// <param name="person">Whose.</param>
    /// <param name="before">Up to when; what is still to come is never cut off, and a later cut-off that there is already stands.</param>
    /// <param name="by">Who wants it so; null for whoever has the machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The moment up to which they are over.</returns>
    /// <exception cref="Core.State.StateUnavailableException">It could not be written down. Try again.</exception>
    /// <exception cref="Core.Audit.LedgerUnavailableException">It could not be recorded. Try again.</exception>
    ValueTask<DateTimeOffset> CutOffAsync(PersonId person, DateTimeOffset before, PersonId? by, CancellationToken cancellationToken);
}
