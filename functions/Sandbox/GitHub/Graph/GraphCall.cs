using CursorBroker.Sandbox.GitHub.Api;
using CursorBroker.Sandbox.GitHub.App;
using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>One GraphQL request: who asks, and with what it is answered.</summary>
internal sealed record GraphCall(InstallationToken Token, Links Links, GraphServices Services, RateStanding Rate, CancellationToken Cancelled)
{
    /// <summary>A repository by its name, as far as the token sees it.</summary>
    /// <exception cref="GraphRefusal">It does not exist, or not for this token.</exception>
    public RepositorySource Repository(string owner, string name) =>
        Seen(Services.Catalog.Find(owner, name)?.Repository) ?? throw GraphRefusal.NotFound($"a Repository with the name '{owner}/{name}'");

    public RepositorySource? Repository(long id) => Seen(Services.Catalog.WithId(id));

    public RepositoryRecords Records(SandboxRepository repository) => Services.World.Of(repository);

    /// <summary>Refuses what the token's permissions do not cover. What everyone may read of a public repository needs none.</summary>
    /// <exception cref="GraphRefusal">They do not.</exception>
    public void Require(RestPermissions needs, SandboxRepository? repository, bool isRead)
    {
        if (!(isRead && repository is { IsPublic: true }) && !needs.Allow(Token))
        {
            throw GraphRefusal.Forbidden();
        }
    }

    private RepositorySource? Seen(SandboxRepository? repository) =>
        repository is not null && (repository.IsPublic || Token.Opens(repository)) ? new RepositorySource(repository) : null;
}
