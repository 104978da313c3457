using CursorBroker.Core.Inspecting;
using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Tests;

/// <summary>Scanners by the product's own rules, or none.</summary>
internal sealed class MadeScanners : ISecretScanners
{
    private static readonly SecretScanner Product = new(MaskRules.Default, MaskRoot.Create());

    /// <summary>Which rules it says they are.</summary>
    public string Generation { get; set; } = "1";

    /// <summary>Why there is none; null when there is.</summary>
    public Refusal? Trouble { get; set; }

    /// <summary>What looks into answers by them.</summary>
    public static OpaqueInspector NewInspector(InspectionOptions? options = null, SpoolBudget? budget = null, ISecretScanners? scanners = null)
    {
        options ??= new InspectionOptions();
        return new(scanners ?? new MadeScanners(), new ScanVerdicts(1000), new SharedVerdicts(new MemoryState(), TimeProvider.System), budget ?? new SpoolBudget(options), new InspectionTurns(options, TimeProvider.System), options, TimeProvider.System);
    }

    public Outcome<RuledScanner> Current => Trouble is { } trouble ? trouble : new RuledScanner(Product, Generation);
}
