using CursorBroker.Sandbox.GitHub.Records;
using CursorBroker.Sandbox.GitHub.Rest.Pulls;
using CursorBroker.Sandbox.GitHub.Rest.Search;
using CursorBroker.Sandbox.GitHub.Store;

namespace CursorBroker.Sandbox.GitHub.Graph;

/// <summary>What fields are resolved with: the same classes that REST stands on.</summary>
internal sealed record GraphServices(
    RepositoryCatalog Catalog,
    WorldRecords World,
    GitReader Git,
    GitWriter Writer,
    GitDiff Diff,
    GitMerge Merge,
    WorkflowRule Workflows,
    PullState Pulls,
    PullOpening Opening,
    PullMerging Merging,
    IssueSearch Issues);
