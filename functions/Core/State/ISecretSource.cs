namespace CursorBroker.Core.State;

/// <summary>The host's own secrets by name: what a policy refers to as <c>secret:NAME</c> (a webhook's URL, a mail password).</summary>
public interface ISecretSource
{
    /// <summary>The secret; null when there is none of that name. Never logged, never recorded.</summary>
    /// <exception cref="SecretUnavailableException">Where secrets are kept cannot be asked right now.</exception>
    ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken);
}
