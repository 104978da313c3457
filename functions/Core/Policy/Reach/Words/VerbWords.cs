using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>The verbs on secrets, in words.</summary>
internal static class VerbWords
{
    /// <summary><c>set</c> as <c>setting the secrets</c>.</summary>
    public static string Doing(SecretVerb verb) => verb switch
    {
        SecretVerb.List => "listing the secrets",
        SecretVerb.Get => "reading the secrets",
        SecretVerb.GetMasked => "reading the masked secrets",
        SecretVerb.Use => "using the secrets",
        SecretVerb.Set => "setting the secrets",
        SecretVerb.Delete => "deleting the secrets",
        _ => throw new ArgumentOutOfRangeException(nameof(verb)),
    };
}
