using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Sandbox.Hosting;

/// <summary>SHA-256 of a text, lower-case hex: how a token is named without being shown.</summary>
internal static class Sha256Text
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
