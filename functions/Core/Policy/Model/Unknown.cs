namespace CursorBroker.Core.Policy.Model;

/// <summary>What counts when a deny or approve entry asks for something that is not known of an update.</summary>
internal enum Unknown
{
    /// <summary>It matches: these entries only ever take away or slow down. The one way for a decision that stands.</summary>
    Matches,

    /// <summary>It does not match, since it will be known later and is decided again then: what matches now matches whatever turns up.</summary>
    Waits,
}

/// <summary>Applies it.</summary>
internal static class UnknownExtensions
{
    /// <summary>What an unknown thing matches, in words; null when it waits.</summary>
    public static string? Means(this Unknown unknown, string text) => unknown == Unknown.Matches ? text : null;
}
