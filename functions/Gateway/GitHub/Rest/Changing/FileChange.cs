using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest.Changing;

/// <summary>
/// Writing or deleting one file. GitHub takes no commit that the branch must be at, only the blob that must stand at the path: a branch that moves between look-up and write gets
/// the same change of the same path, over that blob or not at all.
/// </summary>
internal sealed class FileChange : IChange
{
    private const int PlainFile = 0x81A4; // 0o100644

    public IReadOnlyList<string> Routes { get; } = ["PUT /repos/{owner}/{repo}/contents/{path}", "DELETE /repos/{owner}/{repo}/contents/{path}"];

    public Outcome<IReadOnlyList<Operation>> Outline(RestCall call) => !FileWrite.Read(call).Succeeded(out var write, out var refusal)
        ? refusal
        : write.Branch is { } branch
            ? CallEffects.Outline(call, new RefUpdate(branch, GitOid.Unmade, GitOid.Unmade) { ChangedPaths = [write.Path], Forced = false, Size = write.Content?.Length ?? 0 })
            : CallEffects.OutlineOfSomePush(call);

    public async ValueTask<Outcome<RestEffect>> ExamineAsync(RestCall call, PresentState state, CancellationToken cancellationToken)
    {
        if (!FileWrite.Read(call).Succeeded(out var write, out var refusal))
        {
            return refusal;
        }

        if (write.Branch is not { } branch && !(await state.DefaultBranchAsync(cancellationToken)).Succeeded(out branch, out refusal))
        {
            return refusal;
        }

        if (!(await state.TipsAsync([branch], cancellationToken)).Succeeded(out var tips, out refusal))
        {
            return refusal;
        }

        if (tips[branch] is not { } tip)
        {
            // The first file of an empty repository makes its branch.
            return tips.IsEmpty && write is { Content: not null, Sha: null }
                ? await EffectOfAsync(call, state, write, branch, null, null, cancellationToken)
                : new Refusal(Stage.Examine, RefusalKind.NotFound, new CallerText($"Branch {branch.ShortName} not found"), "no such branch");
        }

        if (!(await state.LookUpAsync(tip, write.Path, cancellationToken)).Succeeded(out var there, out refusal))
        {
            return refusal;
        }

        return Misfit(write, there) is { } misfit
            ? new Refusal(Stage.Examine, RefusalKind.Conflict, new CallerText(misfit), misfit)
            : await EffectOfAsync(call, state, write, branch, tip, there.Entry, cancellationToken);
    }

    /// <summary>Why the write does not fit what stands there; null when it does. GitHub would say so too, but only after people were asked.</summary>
    private static string? Misfit(FileWrite write, PathState there) => there switch
    {
        { InTheWay: not null } => $"{there.InTheWay} is a file, so there is nothing below it",
        { IsDirectory: true } => $"{write.Path} is a directory",
        { Entry: { Mode: not (PlainFile or 0x81ED or 0x81B4) } } => $"{write.Path} is a symbolic link or a submodule; change it with git",
        { Entry: null } when write.Content is null => $"{write.Path} is not there",
        _ when there.Entry?.Id == write.Sha => null,
        { Entry: not null } when write.Sha is null => $"{write.Path} is there already, and \"sha\" wasn't supplied",
        _ => $"{write.Path} does not match {write.Sha!.Hex}",
    };

    private static async ValueTask<Outcome<RestEffect>> EffectOfAsync(
        RestCall call, PresentState state, FileWrite write, RefName branch, GitOid? tip, TreeEntryFacts? there, CancellationToken cancellationToken)
    {
        if (!(await state.AddedAsync(tip, write.Content is { } content ? [new(write.Path, content)] : [], [], cancellationToken)).Succeeded(out var added, out var refusal))
        {
            return refusal;
        }

        var sent = write.Content is null ? null : new SentBlob(write.Content);
        var change = new ChangeSet
        {
            Update = new(branch, tip ?? PresentState.Zero, GitOid.Unmade),
            Commits = [write.Commit],
            Paths = [write.Path],
            TipToTip = [new(write.Path, there, sent is null ? null : new(there?.Mode ?? PlainFile, sent.Id))],
            Forced = false,
            AddedSecrets = added.Secrets,
        };
        var move = new RefMove(change, change.ToUpdate(write.Content?.Length ?? 0) with { Commits = write.Commits })
        {
            Source = $"{write.Path} {there?.Id.Hex} {sent?.Id.Hex}",
            Sent = sent ?? (IObjectSource)NoObjects.Instance,
        };
        return CallEffects.OfMoves(call, state, [move], write.BodyFor(branch));
    }
}
