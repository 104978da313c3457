using CursorBroker.Core.Policy.Reach;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Search;

/// <summary><c>search_issues</c>.</summary>
internal sealed class SearchIssues : IBrokerTool
{
    public Tool Definition { get; } = IssueSearch.Define(
        "search_issues",
        "Search issues",
        "Searches issues by words and GitHub's qualifiers, such as: refund is:open label:bug author:NAME. Only issues are found; for pull requests take search_pull_requests. It looks in "
            + "the repositories that you may read; name one with owner and repo.");

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.IssuesRead);

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken) => IssueSearch.RunAsync(call, "is:issue", cancellationToken);
}

/// <summary><c>search_pull_requests</c>.</summary>
internal sealed class SearchPullRequests : IBrokerTool
{
    public Tool Definition { get; } = IssueSearch.Define(
        "search_pull_requests",
        "Search pull requests",
        "Searches pull requests by words and GitHub's qualifiers, such as: refund is:open base:main author:NAME. Only pull requests are found. It looks in the repositories that you may "
            + "read; name one with owner and repo.");

    public bool MayEver(PolicyReach reach) => reach.MayEver(Needs.PullsRead);

    public ValueTask<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken) => IssueSearch.RunAsync(call, "is:pr", cancellationToken);
}
