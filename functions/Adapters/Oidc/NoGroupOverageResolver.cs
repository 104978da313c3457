using CursorBroker.Core.Identity;

namespace CursorBroker.Adapters.Oidc;

/// <summary>Stands where no directory is configured: nobody can say which groups, so nobody gets in on a guess.</summary>
internal sealed class NoGroupOverageResolver : IGroupOverageResolver
{
    public ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult<GroupOverageOutcome>(new GroupOverageOutcome.Failed("no directory is configured"));
}
