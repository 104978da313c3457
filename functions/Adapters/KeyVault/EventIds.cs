namespace CursorBroker.Adapters.KeyVault;

/// <summary>Log event ids of Key Vault, 6100 to 6149. An id never changes meaning.</summary>
internal static class EventIds
{
    public const int Loaded = 6100;
    public const int Trouble = 6101;
    public const int Recovered = 6102;
}
