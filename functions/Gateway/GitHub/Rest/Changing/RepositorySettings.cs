using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Editing a repository. What it says of itself is anybody's whom the policy lets edit it. Its name decides which rules there are, its default branch what created refs are counted from, its
/// visibility who reads it, how it merges what a merge leaves: around what is held back of refs and paths, so these are for whom nothing is (<see cref="Core.Operations.ApiCall.ReachesAll"/>).
/// </summary>
internal sealed class RepositorySettings : IChange
{
    private static readonly string[] Harmless = ["description", "homepage", "has_issues", "has_projects", "has_wiki", "has_discussions", "has_downloads"];

    private static readonly string[] OfTheWhole =
    [
        "name", "private", "visibility", "default_branch", "archived", "is_template", "allow_forking", "security_and_analysis", "has_pull_requests", "pull_request_creation_policy",
        "allow_squash_merge", "allow_merge_commit", "allow_rebase_merge", "allow_auto_merge", "delete_branch_on_merge", "allow_update_branch", "use_squash_pr_title_as_default",
        "squash_merge_commit_title", "squash_merge_commit_message", "merge_commit_title", "merge_commit_message", "web_commit_signoff_required",
    ];

    public IReadOnlyList<string> Routes { get; } = ["PATCH /repos/{owner}/{repo}"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => Read(call).Succeeded(out var asked, out var refusal)
        ? asked.OfTheWhole.Length == 0 ? CallEffects.OutlineOfCall() : Outcome<IReadOnlyList<Operation>>.Of([Whole(call)])
        : refusal;

    public ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) => ValueTask.FromResult(
        !Read(call).Succeeded(out var asked, out var refusal) ? refusal
        : asked.OfTheWhole.Length == 0 ? CallEffects.OfCall(call, asked.Body)
        : (Outcome<RestEffect>)new RestEffect([Whole(call)]) { Body = asked.Body });

    private static Operation Whole(RestCall call) => Operation.Api(call.Repository, call.Route.Needs, call.Route.ToCall() with { ReachesAll = true });

    private static Outcome<Asked> Read(RestCall call)
    {
        if (!CallFields.Of(call, [.. Harmless, .. OfTheWhole]).Succeeded(out var body, out var refusal))
        {
            return refusal;
        }

        // Some clients always send the name. The one that it has is left out, so that it changes nothing whatever the name is by then.
        var keepsName = body.Text("name") is { } name && name.Equals(call.Repository.Name, StringComparison.OrdinalIgnoreCase);
        if (body.Problem is { } problem)
        {
            return problem;
        }

        var sent = keepsName ? body.With(("name", null)) : body.With();
        return new Asked(sent, [.. OfTheWhole.Where(sent.ContainsKey)]);
    }

    /// <summary>What is asked.</summary>
    /// <param name="Body">The body to send.</param>
    /// <param name="OfTheWhole">Its members that are about the repository as a whole.</param>
    private sealed record Asked(JsonObject Body, string[] OfTheWhole);
}
