using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy.Model;

namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>The verbs on secrets, in words.</summary>
internal static class VerbWords
{
    /// <summary><c>set</c> of <c>db-*</c> as <c>setting the secrets db-*</c>.</summary>
    public static string Of(SecretDemand demand) =>
        $"{Doing(demand.Verb)} {(demand.Names.Any(static glob => glob.ToString() == "*") ? "any secret" : $"the secrets {Listing.Of(demand.Names.Select(static glob => glob.ToString()), "or")}")}";

    private static string Doing(SecretVerb verb) => verb switch
    {
        SecretVerb.List => "listing",
        SecretVerb.Get => "reading the values of",
        SecretVerb.GetMasked => "reading",
        SecretVerb.Use => "using",
        SecretVerb.Set => "setting",
        SecretVerb.Delete => "deleting",
        _ => throw new ArgumentOutOfRangeException(nameof(verb)),
    };
}
