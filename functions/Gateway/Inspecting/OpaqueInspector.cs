using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Inspecting.Files;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Looks into answers that cannot be masked in place, where the policy says <c>opaque: inspect</c>: spooled first, scanned whole, and only then handed out.</summary>
internal sealed class OpaqueInspector(
    ISecretScanners scanners, ScanVerdicts verdicts, SharedVerdicts shared, SpoolBudget budget, InspectionTurns turns, InspectionOptions options, TimeProvider time)
{
    // An exchange whose caller hears nothing is cut after UpstreamOptions.ActivityTimeout, ten minutes.
    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(2);

    public TimeProvider Time => time;

    /// <summary>A new, empty spool; disposed by whoever asked.</summary>
    public SpoolFile OpenSpool() => budget.Open();

    /// <summary>Looks into a pack.</summary>
    public ValueTask<Outcome<InspectionResult>> InspectPackAsync(SpoolFile spool, ObjectFormat format, CancellationToken cancellationToken) => RunAsync(
        async (scanner, token) =>
        {
            var pack = PackContents.Read(spool, format, options.Pack, token);
            if (!pack.Succeeded)
            {
                return InspectionRefusals.OfFetch(pack.Failure);
            }

            var inspector = new PackInspector(scanner.Scanner, verdicts.For(scanner.Generation));
            var digest = spool.Length >= SharedVerdicts.From ? PackDigest.Of(pack.Value) : null;
            if (digest is not null && await shared.IsCleanAsync(scanner.Generation, digest, token))
            {
                return inspector.Trust(pack.Value);
            }

            var result = inspector.Inspect(pack.Value, token);
            if (!result.Succeeded)
            {
                return InspectionRefusals.OfFetch(result.Failure);
            }

            if (digest is not null && result.Value.Found.IsEmpty)
            {
                await shared.AddCleanAsync(scanner.Generation, digest, token);
            }

            return result.Value;
        },
        cancellationToken);

    /// <summary>Looks into a file, and into what it holds when it is an archive.</summary>
    public ValueTask<Outcome<InspectionResult>> InspectFileAsync(SpoolFile spool, string name, CancellationToken cancellationToken) => RunAsync(
        (scanner, token) => Task.FromResult<Outcome<InspectionResult>>(
            new FileInspector(scanner.Scanner, verdicts.For(scanner.Generation), options.Files).Inspect(spool, name, out var problem, token) is { } result
                ? result
                : InspectionRefusals.OfFile(problem!)),
        cancellationToken);

    private async ValueTask<Outcome<InspectionResult>> RunAsync(Func<RuledScanner, CancellationToken, Task<Outcome<InspectionResult>>> inspect, CancellationToken cancellationToken)
    {
        if (!scanners.Current.Succeeded(out var scanner, out var refusal))
        {
            return refusal;
        }

        try
        {
            return await turns.WithinAsync(
                options.MaxInspectionTime + MostWait,
                all => turns.RunAsync(token => inspect(scanner, token), InspectionRefusals.TakesTooLong, all).AsTask(),
                InspectionRefusals.NoTurn,
                cancellationToken);
        }
        catch (StateUnavailableException failure)
        {
            return Refusals.Unavailable(Stage.Forward, "The broker's state store cannot be reached, so nothing is let through.", failure.Message, TimeSpan.FromSeconds(10));
        }
    }
}
