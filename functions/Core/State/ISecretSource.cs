namespace CursorBroker.Core.State;

/// <summary>The host's own secrets by name: what a policy refers to as <c>secret:NAME</c> (a webhook's URL, a mail password).</summary>
public interface ISecretSource
{
    /// <summary>The secret; null when there is none of that name. Never logged, never recorded.</summary>
    ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken);
}
