namespace CursorBroker.Core.Operations;

/// <summary>A repository as GitHub itself named it when it minted a token: the id never changes, the name may.</summary>
/// <param name="Id">GitHub's numeric repository id.</param>
/// <param name="Name">The name GitHub answered with, in GitHub's own case.</param>
public sealed record RepositoryIdentity(long Id, RepositoryName Name);
