namespace CursorBroker.Core.Credentials;

/// <summary>One request's hold on a credential. Disposing it only lets go: revocation is the background's work.</summary>
internal sealed class CredentialLease(Credential credential, bool isFresh, Action release) : ICredentialLease
{
    private int _released;

    public Credential Credential => credential;

    public bool IsFresh => isFresh;

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            release();
        }

        return ValueTask.CompletedTask;
    }
}
