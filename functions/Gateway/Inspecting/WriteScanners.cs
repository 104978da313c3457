using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Masking;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>What is written is looked through by.</summary>
public interface IWriteScanners
{
    /// <summary>The rules in force now, with what was learned by them. Taken once a request.</summary>
    WriteScanner Current { get; }
}

/// <summary>Scanners by the policy's rules, made anew when those change; they know the masks of the whole deployment.</summary>
internal sealed class PolicyWriteScanners(IPolicySource policy, MaskRootKeeper root, KnownSecrets known) : IWriteScanners
{
    private volatile Ruled? _current;

    public WriteScanner Current
    {
        get
        {
            var rules = policy.Current?.MaskRules ?? MaskRules.Default;
            var current = _current;
            if (current?.Rules != rules)
            {
                _current = current = new(rules, new(new SecretScanner(rules, root.Root, known)));
            }

            return current.Scanner;
        }
    }

    private sealed record Ruled(MaskRules Rules, WriteScanner Scanner);
}
