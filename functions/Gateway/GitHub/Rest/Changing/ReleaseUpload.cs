using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Adding a file to a release: people take it for what the release's tag was built to. No ref moves, and whoever adds one may push that tag. A file that is there is known by its own number
/// alone, which does not tell its release; replacing and deleting one is for whom no ref is held back.
/// </summary>
internal sealed class ReleaseUpload : IChange
{
    public IReadOnlyList<string> Routes { get; } = ["POST /repos/{owner}/{repo}/releases/{release_id}/assets"];

    public PermissionSet LookUpPermissions(RestCall call) => ReleaseLookup.Permissions;

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => CallEffects.OutlineOfSomePush(call);

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken) =>
        (await ReleaseLookup.ReadAsync(call, state, cancellationToken)).Succeeded(out var release, out var refusal)
            ? CallEffects.OfCallFor(call, ReleaseLookup.TagOf(release), null)
            : refusal;
}
