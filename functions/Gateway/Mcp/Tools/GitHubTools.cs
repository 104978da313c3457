using CursorBroker.Gateway.Mcp.Tools.Actions;
using CursorBroker.Gateway.Mcp.Tools.Files;
using CursorBroker.Gateway.Mcp.Tools.Issues;
using CursorBroker.Gateway.Mcp.Tools.Prompts;
using CursorBroker.Gateway.Mcp.Tools.Pulls;
using CursorBroker.Gateway.Mcp.Tools.Repositories;
using CursorBroker.Gateway.Mcp.Tools.Resources;
using CursorBroker.Gateway.Mcp.Tools.Search;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Mcp.Tools;

/// <summary>The tools that work on GitHub, and the resources and prompts beside them, listed once. They hold nothing but their definitions.</summary>
internal static class GitHubTools
{
    public static IServiceCollection AddGitHubTools(this IServiceCollection services)
    {
        foreach (var tool in All())
        {
            services.AddSingleton(tool);
        }

        foreach (var resource in RepositoryResource.All())
        {
            services.AddSingleton(resource);
        }

        services.AddSingleton<IBrokerPrompt, FixIssuePrompt>();
        services.AddSingleton<IBrokerPrompt, ReviewPullRequestPrompt>();

        return services;
    }

    /// <summary>One of each.</summary>
    public static IReadOnlyList<IBrokerTool> All() =>
    [
        new GetMe(),
        new GetFileContents(), new GetRepositoryTree(), new CreateOrUpdateFile(), new PushFiles(), new DeleteFile(),
        new ListBranches(), new CreateBranch(), new ListTags(), new ListCommits(), new GetCommit(),
        new SearchCode(), new SearchIssues(), new SearchPullRequests(),
        new ListIssues(), new IssueRead(), new IssueWrite(), new AddIssueComment(),
        new ListPullRequests(), new PullRequestRead(), new CreatePullRequest(), new UpdatePullRequest(), new MergePullRequest(), new PullRequestReviewWrite(),
        new ActionsList(), new GetJobLogs(),
    ];
}
