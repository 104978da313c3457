namespace CursorBroker.Adapters.Mail;

/// <summary>Log event ids of e-mail: 3050 to 3099. An id never changes meaning.</summary>
internal static class EventIds
{
    public const int NotSent = 3050;
}
