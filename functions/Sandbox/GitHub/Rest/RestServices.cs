using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Actions;
using CursorBroker.Sandbox.GitHub.Rest.Commits;
using CursorBroker.Sandbox.GitHub.Rest.Contents;
using CursorBroker.Sandbox.GitHub.Rest.General;
using CursorBroker.Sandbox.GitHub.Rest.Issues;
using CursorBroker.Sandbox.GitHub.Rest.Objects;
using CursorBroker.Sandbox.GitHub.Rest.Pulls;
using CursorBroker.Sandbox.GitHub.Rest.Refs;
using CursorBroker.Sandbox.GitHub.Rest.Releases;
using CursorBroker.Sandbox.GitHub.Rest.Repositories;
using CursorBroker.Sandbox.GitHub.Rest.Search;
using CursorBroker.Sandbox.GitHub.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>Every group of routes, listed once.</summary>
internal static class RestServices
{
    public static void AddRest(this IServiceCollection services)
    {
        services.AddSingleton<GitRunner>().AddSingleton<GitReader>().AddSingleton<GitWriter>().AddSingleton<GitDiff>().AddSingleton<GitMerge>().AddSingleton<WorkflowRule>();
        services.AddSingleton<RecordSeed>().AddSingleton<WorldRecords>();
        services.AddSingleton<PullState>().AddSingleton<PullOpening>().AddSingleton<PullMerging>().AddSingleton<MadeUpRuns>();
        services.AddSingleton<RestTable>().AddSingleton<RestDispatcher>();
        services.AddSingleton<GeneralRoutes>().AddSingleton<RawRoutes>().AddSingleton<SearchRoutes>().AddSingleton<IssueSearch>().AddSingleton<CodeSearch>();
        services.AddSingleton<IRestGroup, RepositoryRoutes>().AddSingleton<IRestGroup, CollaboratorRoutes>();
        services.AddSingleton<IRestGroup, BranchRoutes>().AddSingleton<IRestGroup, GitRefRoutes>();
        services.AddSingleton<IRestGroup, ObjectRoutes>().AddSingleton<IRestGroup, CommitObjectRoutes>();
        services.AddSingleton<IRestGroup, ContentRoutes>().AddSingleton<IRestGroup, ContentWriteRoutes>().AddSingleton<IRestGroup, ArchiveRoutes>();
        services.AddSingleton<IRestGroup, CommitRoutes>().AddSingleton<IRestGroup, CompareRoutes>().AddSingleton<IRestGroup, MergeRoutes>();
        services.AddSingleton<IRestGroup, StatusRoutes>().AddSingleton<IRestGroup, CheckRoutes>();
        services.AddSingleton<IRestGroup, ReleaseRoutes>().AddSingleton<IRestGroup, AssetRoutes>();
        services.AddSingleton<IRestGroup, PullRoutes>().AddSingleton<IRestGroup, PullMergeRoutes>().AddSingleton<IRestGroup, ReviewRoutes>().AddSingleton<IRestGroup, ReviewCommentRoutes>();
        services.AddSingleton<IRestGroup, IssueRoutes>().AddSingleton<IRestGroup, CommentRoutes>().AddSingleton<IRestGroup, LabelRoutes>();
        services.AddSingleton<IRestGroup, AssigneeRoutes>().AddSingleton<IRestGroup, MilestoneRoutes>().AddSingleton<IRestGroup, ReactionRoutes>().AddSingleton<IRestGroup, SubIssueRoutes>();
        services.AddSingleton<IRestGroup, RunRoutes>().AddSingleton<IRestGroup, SecretRoutes>();
    }

    public static void MapRest(this WebApplication web, IEndpointRouteBuilder api)
    {
        web.Services.GetRequiredService<GeneralRoutes>().Map(api);
        web.Services.GetRequiredService<SearchRoutes>().Map(api);
        var dispatcher = web.Services.GetRequiredService<RestDispatcher>();
        api.Map("{**anything}", context => dispatcher.DispatchAsync(context, "/api/v3/"));
        web.Services.GetRequiredService<RawRoutes>().Map(web);
        web.Map("/api/uploads/{**anything}", context => dispatcher.DispatchAsync(context, "/api/uploads/"));
    }
}
