using CursorBroker.Sandbox.GitHub.Graph.Mutations;
using CursorBroker.Sandbox.GitHub.Graph.Types;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>Every group of types, listed once.</summary>
internal static class GraphRegistration
{
    public static void AddGraph(this IServiceCollection services)
    {
        services.AddSingleton<GraphServices>().AddSingleton<GraphTable>().AddSingleton<GraphSchema>().AddSingleton<GraphEndpoint>();
        services.AddSingleton<IGraphTypes, RootTypes>().AddSingleton<IGraphTypes, AccountTypes>().AddSingleton<IGraphTypes, RepositoryTypes>();
        services.AddSingleton<IGraphTypes, RefTypes>().AddSingleton<IGraphTypes, CommitTypes>().AddSingleton<IGraphTypes, EntryTypes>();
        services.AddSingleton<IGraphTypes, IssueTypes>().AddSingleton<IGraphTypes, PullTypes>().AddSingleton<IGraphTypes, ReleaseTypes>().AddSingleton<IGraphTypes, CheckTypes>().AddSingleton<IGraphTypes, ThreadTypes>();
        services.AddSingleton<IGraphTypes, IssueMutations>().AddSingleton<IGraphTypes, PullMutations>().AddSingleton<IGraphTypes, RefMutations>().AddSingleton<IGraphTypes, ThreadMutations>();
    }
}
