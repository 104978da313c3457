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

    public Outcome<RuledScanner> Current => Trouble is { } trouble ? trouble : new RuledScanner(Product, Generation);
}
