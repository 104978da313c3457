namespace CursorBroker.Adapters.Teams;

/// <summary>Log event ids of Teams: 3000 to 3049. An id never changes meaning.</summary>
internal static class EventIds
{
    public const int NotPosted = 3000;
}
