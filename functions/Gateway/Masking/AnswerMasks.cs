using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;

namespace CursorBroker.Gateway.Masking;

/// <summary>Makes what masks a request's answer. What it needs and does not have is an exception: then nothing is answered.</summary>
internal sealed class AnswerMasks(MaskRootKeeper root, KnownSecrets known, SharedSecrets shared)
{
    /// <summary>What masks the answers of one request.</summary>
    /// <param name="policy">The policy that the request is served under.</param>
    /// <param name="session">The session: in it a secret has one mask, in another one another.</param>
    /// <param name="grant">What was granted; null when nothing was asked for.</param>
    /// <param name="mayBeOpaque">Whether it was decided as one whose answer may be Opaque.</param>
    /// <exception cref="Core.State.StateUnavailableException">What other instances handed out is not known well enough, or the key is not there.</exception>
    public AnswerMasking For(PolicySet policy, SessionId session, Grant? grant, bool mayBeOpaque)
    {
        shared.ThrowIfStale();
        var reveals = grant is not null && grant.Reveals && grant.Others.All(static other => other.Reveals);
        return new AnswerMasking(policy.MaskRules, root.Root.ForSession(session.Value), known, mayBeOpaque, reveals, policy.Masking.CanBlock);
    }
}
