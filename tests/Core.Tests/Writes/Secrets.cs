using CursorBroker.Core.Masking;
using CursorBroker.Core.Writes;

namespace CursorBroker.Core.Tests.Writes;

/// <summary>Made-up secrets, and the masks that a session is shown in their place.</summary>
internal static class Secrets
{
    public static MaskRoot Root { get; } = MaskRoot.Create();

    public static WriteScanner Scanner => new(new SecretScanner(MaskRules.Default, Root));

    /// <summary>A token, another for each number. Put together here, so that nobody takes it for a real one.</summary>
    public static string Token(int number) => "gh" + $"p_OVZnPOZBwDtCC2yBPMakCj284vFOifNCkR{number:D4}";

    /// <summary>The text as a session reads it.</summary>
    public static string Masked(string text, string session = "a session")
    {
        var masked = new TextMasker(MaskRules.Default, Root.ForSession(session)).Mask(text)!;
        Assert.AreNotEqual(text, masked, "there is a secret in it");
        return masked;
    }
}
