namespace CursorBroker.Core.Policy.Reach.Words;

/// <summary>The verbs on secrets, in words.</summary>
internal static class SecretVerbs
{
    /// <summary><c>set</c> as <c>setting the secrets</c>; a verb without words of its own is quoted.</summary>
    public static string Doing(string verb) => verb switch
    {
        "list" => "listing the secrets",
        "get" => "reading the secrets",
        "get-masked" => "reading the masked secrets",
        "use" => "using the secrets",
        "set" => "setting the secrets",
        "delete" => "deleting the secrets",
        _ => $"'{Shown.Short(verb)}' of the secrets",
    };
}
