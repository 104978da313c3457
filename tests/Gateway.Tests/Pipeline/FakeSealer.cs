using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>Seals by writing the purpose before it and turning every bit; what was changed, or is of another purpose, does not open.</summary>
internal sealed class FakeSealer : ISecretSealer
{
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret) => [.. Encoding.UTF8.GetBytes($"{purpose}\n"), .. Turn(secret)];

    public byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        var head = Encoding.UTF8.GetBytes($"{purpose}\n");
        return sealedSecret.StartsWith(head) ? Turn(sealedSecret[head.Length..]) : null;
    }

    private static byte[] Turn(ReadOnlySpan<byte> bytes)
    {
        var turned = bytes.ToArray();
        foreach (ref var item in turned.AsSpan())
        {
            item ^= 0xFF;
        }

        return turned;
    }
}
