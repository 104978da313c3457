using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>
/// Scanners by the policy's rules. What they remember is forgotten when the policy changes, and when values become known that the broker hands out: a content that was clean may hold
/// one of them.
/// </summary>
internal sealed class PolicyScanners(IPolicySource policy, MaskRootKeeper root, KnownSecrets known, SharedSecrets shared) : ISecretScanners, IWriteScanners
{
    // A product with other rules judges otherwise by the same policy.
    private static readonly string Product = typeof(MaskRules).Module.ModuleVersionId.ToString("N");

    private volatile Ruled? _current;

    Outcome<RuledScanner> ISecretScanners.Current => policy.Current is { } rules
        ? For(rules.MaskRules, rules.Version).Reading
        : Refusals.Unavailable(Stage.Examine, "The broker has no valid policy.", policy.Status.Problem ?? "No policy is loaded.");

    WriteScanner IWriteScanners.Current => policy.Current is { } rules ? For(rules.MaskRules, rules.Version).Writing : For(MaskRules.Default, "").Writing;

    private Ruled For(MaskRules rules, string version)
    {
        var generation = $"{Product} {version} {shared.NameBy(root.Root)}";
        var current = _current;
        if (current?.Reading.Generation == generation)
        {
            return current;
        }

        var scanner = new SecretScanner(rules, root.Root, known);
        return _current = new(new(scanner, generation), new(scanner));
    }

    private sealed record Ruled(RuledScanner Reading, WriteScanner Writing);
}
