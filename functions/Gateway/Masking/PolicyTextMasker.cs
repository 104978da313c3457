using System.Buffers;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Masking;

/// <summary>
/// Masks what approvers are shown, by the policy in force; what a rule blocks is withheld. Its masks are of a session of their own, so that nobody can tell from them what a caller was shown.
/// </summary>
internal sealed class PolicyTextMasker(MaskRootKeeper root, KnownSecrets known, IPolicySource policy) : ITextMasker
{
    private const string Session = "approvals";

    /// <inheritdoc/>
    public bool CanVouch => true;

    /// <inheritdoc/>
    public string? Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var masker = new StreamMasker(policy.Current?.MaskRules ?? MaskRules.Default, root.Root.ForSession(Session), known);
        var output = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        masker.Push(Encoding.UTF8.GetBytes(text), end: true, output);
        return masker.BlockedBy is null ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
