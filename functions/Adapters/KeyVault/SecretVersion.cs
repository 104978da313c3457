namespace CursorBroker.Adapters.KeyVault;

/// <summary>One version of a secret with its value. Never prints the value.</summary>
/// <param name="Id">The version's id in the vault.</param>
/// <param name="Value">The secret itself.</param>
/// <param name="NotBefore">From when it may be used; null for always.</param>
/// <param name="Expires">From when it may not be used any more; null for never.</param>
internal sealed record SecretVersion(string Id, string Value, DateTimeOffset? NotBefore, DateTimeOffset? Expires)
{
    /// <summary>The vault itself enforces neither time: it hands out what is past or not yet due.</summary>
    public bool MayBeUsed(DateTimeOffset now) => (NotBefore is null || NotBefore <= now) && (Expires is null || now < Expires);

    public override string ToString() => $"[version {Id}]";
}
