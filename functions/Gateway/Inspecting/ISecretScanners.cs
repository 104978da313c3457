using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Where every room that looks for secrets in what is handed out gets its scanner.</summary>
internal interface ISecretScanners
{
    /// <summary>The scanner by the rules of the policy in force; a refusal when there is none, and then nothing passes.</summary>
    Outcome<RuledScanner> Current { get; }
}

/// <summary>A scanner and what its verdicts depend on.</summary>
/// <param name="Scanner">The scanner.</param>
/// <param name="Generation">Names the rules and the known values: two scanners of one generation judge alike.</param>
internal sealed record RuledScanner(SecretScanner Scanner, string Generation);
