using CursorBroker.Core.Masking;
using CursorBroker.Core.Vaults;
using CursorBroker.Gateway.Masking;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What may be told of a vault's values, by the deployment's keys.</summary>
internal sealed class SecretShapes(MaskRootKeeper root)
{
    /// <summary>The shape of a value, in a request's session and by its policy.</summary>
    public SecretShape Of(string value, AnswerMasking masking, bool isSent) => SecretShape.Of(value, masking.Key, Keys, new SecretScanner(masking.Rules, root.Root), isSent);

    /// <summary>A keyed digest of a body that may hold a value.</summary>
    public byte[] DigestOf(ReadOnlySpan<byte> body) => Keys.DigestOf(body);

    private VaultKeys Keys => new(root.Root);
}
