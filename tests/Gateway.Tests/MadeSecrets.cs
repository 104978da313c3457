using CursorBroker.Core.Masking;
using CursorBroker.Core.Writes;
using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Tests;

/// <summary>Made-up secrets, and the masks that a session is shown in their place.</summary>
internal static class MadeSecrets
{
    private static readonly MaskRoot Root = MaskRoot.Create();

    public static IWriteScanners Scanners { get; } = new FixedScanners();

    /// <summary>A token, another for each number. Put together here, so that nobody takes it for a real one.</summary>
    public static string Token(int number = 1) => "gh" + $"p_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkR{number:D4}";

    /// <summary>The text as a session reads it.</summary>
    public static string Masked(string text)
    {
        var masked = new TextMasker(MaskRules.Default, Root.ForSession("a session")).Mask(text)!;
        Assert.AreNotEqual(text, masked, "there is a secret in it");
        return masked;
    }

    private sealed class FixedScanners : IWriteScanners
    {
        public WriteScanner Current { get; } = new(new SecretScanner(MaskRules.Default, Root));
    }
}
