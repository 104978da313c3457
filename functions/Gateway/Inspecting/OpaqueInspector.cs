using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Inspecting.Files;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Looks into answers that cannot be masked in place, where the policy says <c>opaque: inspect</c>: spooled first, scanned whole, and only then handed out.</summary>
internal sealed class OpaqueInspector(
    ISecretScanners scanners, ScanVerdicts verdicts, SpoolBudget budget, InspectionTurns turns, InspectionOptions options, TimeProvider time)
{
    // An exchange whose caller hears nothing is cut after UpstreamOptions.ActivityTimeout, ten minutes.
    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(2);

    public TimeProvider Time => time;

    /// <summary>A new, empty spool; disposed by whoever asked.</summary>
    public SpoolFile OpenSpool() => budget.Open();

    /// <summary>Looks into a pack.</summary>
    public ValueTask<Outcome<InspectionResult>> InspectPackAsync(SpoolFile spool, ObjectFormat format, CancellationToken cancellationToken) => RunAsync(
        (scanner, token) =>
        {
            var pack = PackContents.Read(spool, format, options.Pack, token);
            if (!pack.Succeeded)
            {
                return InspectionRefusals.OfFetch(pack.Failure);
            }

            var result = new PackInspector(scanner.Scanner, verdicts.For(scanner.Generation)).Inspect(pack.Value, token);
            return result.Succeeded ? result.Value : InspectionRefusals.OfFetch(result.Failure);
        },
        cancellationToken);

    /// <summary>Looks into a file, and into what it holds when it is an archive.</summary>
    public ValueTask<Outcome<InspectionResult>> InspectFileAsync(SpoolFile spool, string name, CancellationToken cancellationToken) => RunAsync(
        (scanner, token) => new FileInspector(scanner.Scanner, verdicts.For(scanner.Generation), options.Files).Inspect(spool, name, out var problem, token) is { } result
            ? result
            : InspectionRefusals.OfFile(problem!),
        cancellationToken);

    private async ValueTask<Outcome<InspectionResult>> RunAsync(Func<RuledScanner, CancellationToken, Outcome<InspectionResult>> inspect, CancellationToken cancellationToken) =>
        scanners.Current.Succeeded(out var scanner, out var refusal)
            ? await turns.WithinAsync(
                options.MaxInspectionTime + MostWait,
                all => turns.RunAsync(token => Task.FromResult(inspect(scanner, token)), InspectionRefusals.TakesTooLong, all).AsTask(),
                InspectionRefusals.NoTurn,
                cancellationToken)
            : refusal;
}
