using System.Collections.Immutable;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Inspecting.Files;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What it means for the caller that a change could not be looked into, or may not pass.</summary>
internal static class InspectionRefusals
{
    /// <summary>Most secrets that are named in one line.</summary>
    public const int MostNamed = 2;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>A failure to understand it, or a reason against it.</summary>
    /// <param name="what">What is refused, in a word or two: <c>push</c>.</param>
    /// <param name="failure">Why.</param>
    /// <param name="upstream">Where objects were fetched from: its own trouble is told as such, with its Retry-After.</param>
    public static Refusal From(string what, GitFailure failure, UpstreamObjects upstream)
    {
        if (failure.Kind == GitFailureKind.UpstreamRefused && upstream.Refusal is { } trouble)
        {
            return trouble;
        }

        var kind = failure.Kind switch
        {
            GitFailureKind.TooLarge => RefusalKind.TooLarge,
            GitFailureKind.Unsupported => RefusalKind.NotSupported,
            GitFailureKind.NotAllowed => RefusalKind.Denied,
            GitFailureKind.WritesMask => RefusalKind.WritesMask,
            GitFailureKind.UpstreamRefused => RefusalKind.UpstreamFailed,
            _ => RefusalKind.Malformed,
        };
        return new Refusal(Stage.Examine, kind, new CallerText($"{what} refused: {failure.Message}"), $"{failure.Kind}: {failure.Message}");
    }

    /// <summary>No room on the temporary disk.</summary>
    public static Refusal From(SpoolException full) => full.Problem switch
    {
        SpoolProblem.TooLarge => new Refusal(
            Stage.Examine, RefusalKind.TooLarge, new CallerText("This push is larger than what this broker can inspect; push fewer commits at a time."), full.Message),
        SpoolProblem.Busy => Refusals.Unavailable(
            Stage.Examine, "Too many large pushes at once; try again.", full.Message, TimeSpan.FromSeconds(10)),
        _ => Refusals.Unavailable(
            Stage.Examine, "The broker cannot take in the push right now; try again.", full.Message, TimeSpan.FromSeconds(10)),
    };

    /// <summary>A pack that was to be handed out, and is not understood.</summary>
    public static Refusal OfFetch(GitFailure failure) => failure.Kind switch
    {
        GitFailureKind.UpstreamRefused => new Refusal(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText($"GitHub: {failure.Message}"), failure.Message),
        GitFailureKind.TooLarge => new Refusal(
            Stage.Forward,
            RefusalKind.TooLarge,
            new CallerText($"policy: what is fetched must be inspected, and this is more than can be ({failure.Message}); fetch less at a time (--depth)"),
            $"{failure.Kind}: {failure.Message}"),
        _ => new Refusal(
            Stage.Forward, RefusalKind.UpstreamFailed, new CallerText("GitHub's pack cannot be read, so that it was not handed out; try again."), $"{failure.Kind}: {failure.Message}"),
    };

    /// <summary>No room on the temporary disk for an answer.</summary>
    /// <param name="less">What its caller could do about one that is too large.</param>
    /// <param name="full">What happened.</param>
    public static Refusal OfAnswer(string less, SpoolException full) => full.Problem switch
    {
        SpoolProblem.TooLarge => new Refusal(
            Stage.Forward, RefusalKind.TooLarge, new CallerText($"policy: this must be inspected before it is handed out, and is larger than what this broker can inspect{less}"), full.Message),
        SpoolProblem.Busy => Refusals.Unavailable(Stage.Forward, "Too much is being inspected at once; try again.", full.Message, Again),
        _ => Refusals.Unavailable(Stage.Forward, "The broker cannot take this in for inspection right now; try again.", full.Message, Again),
    };

    /// <summary>A file that was to be handed out, and cannot be looked into.</summary>
    public static Refusal OfFile(FileProblem problem) => new(
        Stage.Forward,
        problem.IsTooMuch ? RefusalKind.TooLarge : RefusalKind.OpaqueRefused,
        new CallerText($"policy: this must be inspected before it is handed out, which cannot be done: {problem.Message}"),
        problem.Message);

    /// <summary>An answer that could not be looked into in time.</summary>
    public static Refusal TakesTooLong() => new(
        Stage.Forward,
        RefusalKind.TooLarge,
        new CallerText("policy: this must be inspected before it is handed out, which takes too long; ask for less at a time"),
        $"more than {nameof(InspectionOptions.MaxInspectionTime)}");

    /// <summary>An answer whose turn did not come.</summary>
    public static Refusal NoTurn() => Refusals.Unavailable(Stage.Forward, "Too much is being inspected at once; try again.", "no turn came", Again);

    /// <summary>An answer with secrets in it.</summary>
    /// <param name="found">Them; at least one.</param>
    public static Refusal OfSecrets(ImmutableArray<FoundSecret> found)
    {
        var named = string.Join(", ", found.Take(MostNamed));
        var more = found.Length > MostNamed ? $", and {found.Length - MostNamed} more" : "";
        return new(
            Stage.Forward,
            RefusalKind.OpaqueRefused,
            new CallerText($"policy: there {(found.Length == 1 ? "is a secret" : "are secrets")} in it, so that it is not handed out: {named}{more}"),
            $"secrets: {string.Join(", ", found.Select(static each => $"{each} {each.Digest}"))}")
        {
            Secrets = found,
        };
    }
}
