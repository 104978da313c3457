using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Masking;

/// <summary>Masks what approvers are shown, by the policy in force. Its masks are of a session of their own, so that nobody can tell from them what a caller was shown.</summary>
internal sealed class PolicyTextMasker(MaskRootKeeper root, KnownSecrets known, IPolicySource policy) : ITextMasker
{
    private const string Session = "approvals";

    /// <inheritdoc/>
    public bool CanVouch => true;

    /// <inheritdoc/>
    public string? Mask(string text) => new TextMasker(policy.Current?.MaskRules ?? MaskRules.Default, root.Root.ForSession(Session), known).Mask(text);
}
