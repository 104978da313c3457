namespace CursorBroker.Adapters.KeyVault;

/// <summary>What Key Vault lets a secret be called. Names there do not differ by case.</summary>
internal static class SecretName
{
    public static bool IsValid(string? name) => name is { Length: > 0 and <= 127 } && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
