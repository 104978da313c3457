namespace CursorBroker.Adapters.Oidc;

/// <summary>Log event ids of identity: 1000 to 1049 the relying party, 1050 to 1099 the directory look-up. An id never changes meaning.</summary>
internal static class EventIds
{
    public const int KeysFetched = 1000;
    public const int KeysNotFetched = 1001;
    public const int TokenRejected = 1010;
    public const int GroupsNotResolved = 1050;
}
