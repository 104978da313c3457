using System.Globalization;
using System.Text.Json;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Reading;

/// <summary>From which refs a pull request is read: its base, and its head.</summary>
internal static class PullLookup
{
    /// <summary>The refs; none when there is no such pull request, which GitHub then says itself.</summary>
    public static async ValueTask<Outcome<RefsOfName>> RefsAsync(RepositoryLookup lookup, long number, CancellationToken cancellationToken)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        if (!(await lookup.AskAsync($"/pulls/{name}", cancellationToken)).Succeeded(out var answer, out var refusal))
        {
            return refusal;
        }

        if (answer.Found is not { } pull)
        {
            return new RefsOfName([], null);
        }

        if (BranchOf(pull, "base") is not { } onto)
        {
            return lookup.Unreadable("a pull request without a base");
        }

        var ownHead = IsOwn(pull) ? BranchOf(pull, "head") : null;
        if (!lookup.Preview.Named.Shows(onto) || (ownHead is not null && !lookup.Preview.Named.Shows(ownHead)))
        {
            // Whoever has only its number is not told which branch it is about.
            return Showing.NotThere(Stage.Examine);
        }

        // Of a fork's branch this repository has only what the pull request brought along.
        var head = IsOwn(pull) ? ownHead : RefName.TryParse($"refs/pull/{name}/head", out var brought) ? brought : null;
        return new RefsOfName([onto, head], null);
    }

    private static bool IsOwn(JsonElement pull) => RepositoryIdOf(pull, "head") is { } head && RepositoryIdOf(pull, "base") == head;

    private static long? RepositoryIdOf(JsonElement pull, string side) => pull.Child(side).Child("repo").Child("id").Number();

    private static RefName? BranchOf(JsonElement pull, string side) =>
        pull.Child(side).Child("ref").Text() is { } name && RefName.TryParse($"refs/heads/{name}", out var branch) ? branch : null;
}
