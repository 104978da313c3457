namespace CursorBroker.Core.Operations;

/// <summary>What a request acts on, as its upstream itself says that it is at this moment.</summary>
public abstract record TargetIdentity
{
    private protected TargetIdentity()
    {
    }

    /// <summary>Whether this is the same thing still.</summary>
    public abstract bool IsSame(TargetIdentity other);
}

/// <summary>A repository as GitHub itself named it when it minted a token: the id never changes, the name may.</summary>
/// <param name="Id">GitHub's numeric repository id.</param>
/// <param name="Name">The name GitHub answered with, in GitHub's own case.</param>
public sealed record RepositoryIdentity(long Id, RepositoryName Name) : TargetIdentity
{
    /// <inheritdoc/>
    public override bool IsSame(TargetIdentity other) => other is RepositoryIdentity repository && repository.Id == Id;

    /// <summary><c>owner/name</c>.</summary>
    public override string ToString() => Name.ToString();
}

/// <summary>A secret as its vault has it.</summary>
/// <param name="Target">The secret.</param>
/// <param name="Current">Its current version; null when there is none: it is new, or was deleted.</param>
public sealed record SecretIdentity(SecretTarget Target, SecretVersionId? Current) : TargetIdentity
{
    /// <inheritdoc/>
    public override bool IsSame(TargetIdentity other) => other is SecretIdentity secret && secret.Target == Target && secret.Current == Current;

    /// <summary><c>vault/name</c>.</summary>
    public override string ToString() => Target.ToString();
}
