using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>How a route is read.</summary>
internal delegate ValueTask<Outcome<Reading>> ReadingOf(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken);

/// <summary>Every route that reads contents and can be held to visible refs and readable paths.</summary>
internal static class ReadingRoutes
{
    private const string Repository = "GET /repos/{owner}/{repo}";

    private static readonly FrozenDictionary<string, ReadingOf> Known = new Dictionary<string, ReadingOf>(StringComparer.Ordinal)
    {
        [$"{Repository}/contents"] = (call, lookup, stop) => ContentsAsync(call, "", lookup, stop),
        [$"{Repository}/contents/{{path}}"] = (call, lookup, stop) => ContentsAsync(call, call.Parameter("path"), lookup, stop),
        [$"{Repository}/readme"] = (call, lookup, stop) => WholeAsync(lookup, call.QueryValue("ref"), stop),
        [$"{Repository}/readme/{{dir}}"] = (call, lookup, stop) => WholeAsync(lookup, call.QueryValue("ref"), stop),
        [$"{Repository}/license"] = (call, lookup, stop) => WholeAsync(lookup, call.QueryValue("ref"), stop),
        [$"{Repository}/tarball/{{ref}}"] = (call, lookup, stop) => WholeAsync(lookup, call.Parameter("ref"), stop),
        [$"{Repository}/zipball/{{ref}}"] = (call, lookup, stop) => WholeAsync(lookup, call.Parameter("ref"), stop),
        [$"{Repository}/git/trees/{{tree_sha}}"] = TreeAsync,
        [$"{Repository}/git/commits/{{commit_sha}}"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("commit_sha"), stop),

        // GitHub answers with the ref, or with a list of those that begin so; the second is what clients of before 2019 ask.
        [$"{Repository}/git/ref/{{ref}}"] = RefOf,
        [$"{Repository}/git/refs/{{ref}}"] = RefOf,
        [$"{Repository}/git/matching-refs/{{ref}}"] = static (_, _, _) => ValueTask.FromResult<Outcome<Reading>>(new Reading([], AnswerEdits.Refs)),
        [$"{Repository}/branches"] = static (_, _, _) => ValueTask.FromResult<Outcome<Reading>>(new Reading([], AnswerEdits.Branches)),
        [$"{Repository}/branches/{{branch}}"] = (call, _, _) => Of(FullNameOf($"heads/{call.Parameter("branch")}")),
        [$"{Repository}/tags"] = static (_, _, _) => ValueTask.FromResult<Outcome<Reading>>(new Reading([], AnswerEdits.Tags)),
        [$"{Repository}/commits"] = CommitsAsync,
        [$"{Repository}/commits/{{ref}}"] = CommitAsync,
        [$"{Repository}/commits/{{commit_sha}}/branches-where-head"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("commit_sha"), stop, AnswerEdits.Branches),
        [$"{Repository}/commits/{{ref}}/status"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("ref"), stop),
        [$"{Repository}/commits/{{ref}}/statuses"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("ref"), stop),

        // A commit of a visible branch may be a hidden one's as well.
        [$"{Repository}/commits/{{ref}}/check-runs"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("ref"), stop, ForRefs(lookup, Showing.Each(Showings.CheckRun, "check_runs"))),
        [$"{Repository}/commits/{{ref}}/check-suites"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("ref"), stop, ForRefs(lookup, Showing.Each(Showings.CheckSuite, "check_suites"))),
        [$"{Repository}/commits/{{commit_sha}}/pulls"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("commit_sha"), stop, ForRefs(lookup, Showing.Each(Showings.Pull))),
        [$"{Repository}/commits/{{commit_sha}}/comments"] = (call, lookup, stop) => NamesAsync(lookup, call.Parameter("commit_sha"), stop, ForPaths(lookup, Showing.Each(Showings.CommitComment))),
        [$"{Repository}/compare/{{basehead}}"] = CompareAsync,
        [$"{Repository}/pulls/{{pull_number}}"] = PullAsync,
        [$"{Repository}/pulls/{{pull_number}}/files"] = (call, lookup, stop) => PullFilesAsync(call, lookup, AnswerEdits.FileList, stop),
        [$"{Repository}/pulls/{{pull_number}}/comments"] = (call, lookup, stop) => PullFilesAsync(call, lookup, AnswerEdits.Comments, stop),
        [$"{Repository}/pulls/{{pull_number}}/reviews/{{review_id}}/comments"] = (call, lookup, stop) => PullFilesAsync(call, lookup, AnswerEdits.Comments, stop),

        // Who writes a comment on a line is answered with what stands there, whatever path and commit the comment names.
        ["POST /repos/{owner}/{repo}/pulls/{pull_number}/comments"] = WrittenComment,
        ["POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies"] = WrittenComment,
        ["PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}"] = WrittenComment,
        [$"{Repository}/contributors"] = DefaultAsync,
        [$"{Repository}/community/profile"] = DefaultAsync,
        [$"{Repository}/stats/code_frequency"] = DefaultAsync,
        [$"{Repository}/stats/commit_activity"] = DefaultAsync,
        [$"{Repository}/stats/contributors"] = DefaultAsync,
        [$"{Repository}/stats/participation"] = DefaultAsync,
        [$"{Repository}/stats/punch_card"] = DefaultAsync,
        [$"{Repository}/pulls/{{pull_number}}/commits"] = (call, lookup, stop) => PullFilesAsync(call, lookup, null, stop),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The routes.</summary>
    public static IEnumerable<string> Ids => Known.Keys;

    /// <summary>How a route is read; null for one that reads anything from anywhere.</summary>
    public static ReadingOf? Find(string route) => Known.GetValueOrDefault(route);

    private static async ValueTask<Outcome<Reading>> ContentsAsync(RestCall call, string path, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await RefLookup.ResolveAsync(lookup, call.QueryValue("ref"), cancellationToken)).Succeeded(out var refs, out var refusal)
            || !(await PathLookup.PathsOfAsync(lookup, refs.Commit, path, cancellationToken)).Succeeded(out var read, out refusal))
        {
            return refusal;
        }

        // Of a directory something may have to be left out, which only JSON lets one do.
        var paths = read.IsDirectory && !IsJson(call.Media) && !lookup.Preview.Readable.IsEverything ? null : read.Paths;
        return Reading.PathsFrom(refs.Refs, paths, IsJson(call.Media) ? ForPaths(lookup, AnswerEdits.Directory) : null) with { Query = refs.Commit is null ? null : Pinned(call, "ref", refs.Commit) };
    }

    private static async ValueTask<Outcome<Reading>> WholeAsync(RepositoryLookup lookup, string? name, CancellationToken cancellationToken) =>
        (await RefLookup.ResolveAsync(lookup, name, cancellationToken)).Succeeded(out var refs, out var refusal) ? Reading.PathsFrom(refs.Refs, null) : refusal;

    private static async ValueTask<Outcome<Reading>> NamesAsync(
        RepositoryLookup lookup, string? name, CancellationToken cancellationToken, Action<JsonNode, Grant>? edit = null) =>
        (await RefLookup.ResolveAsync(lookup, name, cancellationToken)).Succeeded(out var refs, out var refusal) ? Reading.NamesFrom(refs.Refs, edit) : refusal;

    /// <summary>What is counted or listed of the default branch.</summary>
    private static ValueTask<Outcome<Reading>> DefaultAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) => NamesAsync(lookup, null, cancellationToken);

    private static async ValueTask<Outcome<Reading>> TreeAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await RefLookup.ResolveAsync(lookup, call.Parameter("tree_sha"), cancellationToken)).Succeeded(out var refs, out var refusal))
        {
            return refusal;
        }

        // The id of a tree says nothing of where it stands, so that its entries' paths are not known either; nor does a tag that stands at a tree. With a commit it is the root.
        return refs.Refs.Contains(null) || (refs.Commit is null && !lookup.Preview.Readable.IsEverything)
            ? Reading.Anything
            : Reading.NamesFrom(refs.Refs, ForPaths(lookup, AnswerEdits.Tree)) with { Parameters = refs.Commit is null ? null : call.Match.Parameters.SetItem("tree_sha", refs.Commit.Hex) };
    }

    private static async ValueTask<Outcome<Reading>> CommitsAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await RefLookup.ResolveAsync(lookup, call.QueryValue("sha"), cancellationToken)).Succeeded(out var refs, out var refusal))
        {
            return refusal;
        }

        return Reading.PathsFrom(refs.Refs, call.QueryValue("path") is { Length: > 0 } path ? IsPlain(path) ? [path] : null : []);
    }

    private static async ValueTask<Outcome<Reading>> CommitAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        if (!(await RefLookup.ResolveAsync(lookup, call.Parameter("ref"), cancellationToken)).Succeeded(out var refs, out var refusal))
        {
            return refusal;
        }

        if (call.Media is not (RestMedia.Diff or RestMedia.Patch) || lookup.Preview.Readable.IsEverything)
        {
            return Reading.NamesFrom(refs.Refs, call.Media == RestMedia.Sha ? null : ForPaths(lookup, AnswerEdits.Files));
        }

        if (refs.Commit is null)
        {
            return Reading.PathsFrom(refs.Refs, null);
        }

        return (await lookup.AskAsync($"/commits/{refs.Commit.Hex}", cancellationToken)).Succeeded(out var commit, out refusal)
            ? Reading.PathsFrom(refs.Refs, ChangedFiles.Of(commit)) with { Parameters = call.Match.Parameters.SetItem("ref", refs.Commit.Hex) }
            : refusal;
    }

    private static async ValueTask<Outcome<Reading>> CompareAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken)
    {
        // A colon names somebody else's fork: another repository, which this request is not about.
        var range = call.Parameter("basehead");
        if (range.Contains(':', StringComparison.Ordinal) || range.Split("...") is not [{ Length: > 0 } from, { Length: > 0 } to])
        {
            return Refusals.NotSupported("Compare two refs of this repository: BASE...HEAD, without an owner before a colon.");
        }

        if (!(await RefLookup.ResolveAsync(lookup, from, cancellationToken)).Succeeded(out var bases, out var refusal)
            || !(await RefLookup.ResolveAsync(lookup, to, cancellationToken)).Succeeded(out var heads, out refusal))
        {
            return refusal;
        }

        if (call.Media is not (RestMedia.Diff or RestMedia.Patch) || lookup.Preview.Readable.IsEverything)
        {
            return Reading.NamesFrom(bases.Refs.Concat(heads.Refs), ForPaths(lookup, AnswerEdits.Files));
        }

        if (bases.Commit is null || heads.Commit is null)
        {
            return Reading.PathsFrom(bases.Refs.Concat(heads.Refs), null);
        }

        var pinned = $"{bases.Commit.Hex}...{heads.Commit.Hex}";
        return (await lookup.AskAsync($"/compare/{pinned}", cancellationToken)).Succeeded(out var compared, out refusal)
            ? Reading.PathsFrom(bases.Refs.Concat(heads.Refs), ChangedFiles.Of(compared)) with { Parameters = call.Match.Parameters.SetItem("basehead", pinned) }
            : refusal;
    }

    private static ValueTask<Outcome<Reading>> PullAsync(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        call.Media is RestMedia.Diff or RestMedia.Patch && !lookup.Preview.Readable.IsEverything
            // Its head may move between a look at its files and the answer, and a diff cannot be asked for by id here.
            ? ValueTask.FromResult<Outcome<Reading>>(Reading.Anything)
            : call.Media is RestMedia.Diff or RestMedia.Patch
                ? PullFilesAsync(call, lookup, null, cancellationToken)
                : ValueTask.FromResult<Outcome<Reading>>(new Reading([], ForRefs(lookup, Showing.One(Showings.Pull))));

    private static async ValueTask<Outcome<Reading>> PullFilesAsync(
        RestCall call, RepositoryLookup lookup, Action<JsonNode, Grant>? edit, CancellationToken cancellationToken)
    {
        // What is no number names no pull request here, whatever GitHub might make of it.
        if (!long.TryParse(call.Parameter("pull_number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Reading.Anything;
        }

        return (await PullLookup.RefsAsync(lookup, number, cancellationToken)).Succeeded(out var refs, out var refusal) ? Reading.NamesFrom(refs.Refs, edit is null ? null : ForPaths(lookup, edit)) : refusal;
    }

    /// <summary>
    /// What leaves denied paths out, where there are any. Whichever form was asked for: where GitHub does not have it, it answers with JSON, and what is not JSON is refused where there is
    /// something to leave out.
    /// </summary>
    private static Action<JsonNode, Grant>? ForPaths(RepositoryLookup lookup, Action<JsonNode, Grant> edit) => lookup.Preview.Readable.IsEverything ? null : edit;

    /// <summary>What leaves hidden refs out, where there are any.</summary>
    private static Action<JsonNode, Grant>? ForRefs(RepositoryLookup lookup, Action<JsonNode, Grant> edit) => lookup.Preview.Named.IsEverything ? null : edit;

    private static bool IsJson(RestMedia media) => media is RestMedia.Json or RestMedia.Object or RestMedia.Text or RestMedia.Full;

    private static ValueTask<Outcome<Reading>> RefOf(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<Reading>>(Reading.NamesFrom([FullNameOf(call.Parameter("ref"))], ForRefs(lookup, AnswerEdits.Refs)));

    private static ValueTask<Outcome<Reading>> WrittenComment(RestCall call, RepositoryLookup lookup, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<Reading>>(new Reading([], AnswerEdits.WrittenComment));

    private static ValueTask<Outcome<Reading>> Of(RefName? name) => ValueTask.FromResult<Outcome<Reading>>(Reading.NamesFrom([name]));

    /// <summary>Whether a path is written the one way in which it is meant.</summary>
    private static bool IsPlain(string path) => path.Split('/').All(static part => part is not ("" or "." or ".."));

    private static RefName? FullNameOf(string name) => RefName.TryParse($"refs/{name}", out var parsed) ? parsed : null;

    private static ImmutableArray<KeyValuePair<string, string>> Pinned(RestCall call, string name, GitOid id) =>
        [.. call.Query.Where(pair => pair.Key != name), KeyValuePair.Create(name, id.Hex)];
}
