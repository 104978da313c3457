using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What it means for the caller that a change could not be looked into, or may not pass.</summary>
internal static class InspectionRefusals
{
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
}
