using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Where every room that looks for secrets in contents gets its scanner.</summary>
internal interface ISecretScanners
{
    /// <summary>The scanner by the rules of the policy in force; a refusal when there is none, and then nothing passes.</summary>
    Outcome<RuledScanner> Current { get; }
}

/// <summary>A scanner and what its verdicts depend on.</summary>
/// <param name="Scanner">The scanner.</param>
/// <param name="Generation">Names the rules: two scanners of one generation judge alike.</param>
internal sealed record RuledScanner(SecretScanner Scanner, string Generation);

/// <summary>Scanners by the policy's rules, made anew when the policy changes.</summary>
internal sealed class SecretScanners(IPolicySource policy, MaskRootKeeper root, KnownSecrets known) : ISecretScanners
{
    // A product with other rules judges otherwise by the same policy.
    private static readonly string Product = typeof(MaskRules).Module.ModuleVersionId.ToString("N");

    private volatile RuledScanner? _current;

    public Outcome<RuledScanner> Current
    {
        get
        {
            if (policy.Current is not { } rules)
            {
                return Refusals.Unavailable(Stage.Examine, "The broker has no valid policy.", policy.Status.Problem ?? "No policy is loaded.");
            }

            var generation = $"{Product} {rules.Version}";
            var current = _current;
            if (current?.Generation == generation)
            {
                return current;
            }

            return _current = new RuledScanner(new SecretScanner(rules.MaskRules, root.Root, known), generation);
        }
    }
}
