using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>The release that a call names by its number.</summary>
internal static class ReleaseLookup
{
    /// <summary>GitHub shows drafts to those alone who may push.</summary>
    public static PermissionSet Permissions => PermissionSet.ContentsWrite;

    /// <summary>The release as it is now.</summary>
    public static async ValueTask<Outcome<Answered>> ReadAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        var id = call.Parameter("release_id");
        if (id.Length is 0 or > 18 || !id.All(char.IsAsciiDigit))
        {
            return Refusals.Malformed("A release's id is digits.");
        }

        return !(await state.AskAsync($"/releases/{id}", cancellationToken)).Succeeded(out var there, out var refusal) ? refusal
            : there.Found ? there
            : new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText("Not Found"), "no such release");
    }

    /// <summary>The tag that it speaks for; null where it has none yet, as a draft may.</summary>
    public static RefName? TagOf(Answered release) => release.Text("tag_name") is { Length: > 0 } name && RefName.TryParse($"refs/tags/{name}", out var tag) ? tag : null;
}
