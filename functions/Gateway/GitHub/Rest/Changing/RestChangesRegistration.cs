using CursorBroker.Gateway.Inspecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>Puts into a host what understands the calls that change something.</summary>
internal static class RestChangesRegistration
{
    /// <summary>Adds the examiner. Approvals add the <see cref="Core.Approvals.Snapshots.SnapshotBuilder"/>.</summary>
    public static IServiceCollection AddRestChanges(this IServiceCollection services)
    {
        services.AddInspection();
        services.TryAddSingleton<ChangeServices>();
        services.AddSingleton<IChange, FileChange>();
        services.AddSingleton<IChange, RefChange>();
        services.AddSingleton<IChange, ObjectCreation>();
        services.AddSingleton<IChange, BranchMerge>();
        services.AddSingleton<IChange, BranchRename>();
        services.AddSingleton<IChange, PullRequestOpening>();
        services.AddSingleton<IChange, PullRequestChange>();
        services.AddSingleton<IChange, PullRequestMerge>();
        services.AddSingleton<IChange, PullRequestUpdate>();
        services.AddSingleton<IChange, ReleaseChange>();
        services.AddSingleton<IChange, DeploymentCreation>();
        services.AddSingleton<IChange, ReleaseUpload>();
        services.AddSingleton<IChange, NamedRef>();
        services.AddSingleton<IChange, NamedRun>();
        services.AddSingleton<IChange, RepositorySettings>();
        services.AddSingleton<IChange, UncomputableMove>();
        services.AddSingleton<IRestExaminer, ChangesExaminer>();
        return services;
    }
}
