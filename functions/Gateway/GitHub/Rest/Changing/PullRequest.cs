using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>A pull request into the repository, as GitHub has it now.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Base">The branch that it is to be merged into.</param>
/// <param name="Head">The commit that it is about.</param>
/// <param name="HeadBranch">The branch of that commit, where it is one of this repository; null where it is a fork's, or gone.</param>
internal sealed record PullRequest(long Number, RefName Base, GitOid Head, RefName? HeadBranch)
{
    /// <summary>Asks for the one that a call names; it is open.</summary>
    public static async ValueTask<Outcome<PullRequest>> ReadAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        var number = call.Parameter("pull_number");
        if (number.Length is 0 or > 10 || !number.All(char.IsAsciiDigit))
        {
            return Refusals.Malformed("A pull request's number is digits.");
        }

        if (!(await state.AskAsync($"/pulls/{number}", cancellationToken)).Succeeded(out var answer, out var refusal))
        {
            return refusal;
        }

        if (!answer.Found)
        {
            return new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Not Found"), "no such pull request");
        }

        if (answer.Text("state") != "open")
        {
            return new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText("Pull Request is not open"), "closed or merged");
        }

        if (answer.Number("number") is not { } id
            || answer["base"]["repo"].Number("id") != state.Repository.Id
            || !RefName.TryParse($"refs/heads/{answer["base"].Text("ref")}", out var into)
            || answer["head"].Oid("sha") is not { } head)
        {
            return PresentState.Unreadable("the pull request", "not as expected");
        }

        var here = answer["head"]["repo"].Number("id") == state.Repository.Id;
        return new PullRequest(id, into, head, here && RefName.TryParse($"refs/heads/{answer["head"].Text("ref")}", out var branch) ? branch : null);
    }
}
