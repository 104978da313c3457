using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Teams;

/// <summary>What the Teams channel logs. Never a webhook's URL.</summary>
internal static partial class TeamsLog
{
    [LoggerMessage(EventIds.NotPosted, LogLevel.Warning, "Could not post to the webhook in secret {Name}: {Detail}")]
    public static partial void NotPosted(ILogger logger, string name, string detail);
}
