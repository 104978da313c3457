using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Masking;

/// <summary>Log messages of masking, ids 2600-2699.</summary>
internal static partial class MaskingLog
{
    [LoggerMessage(2600, LogLevel.Warning, "What other instances handed out could not be looked for; answers are refused when that lasts")]
    public static partial void SecretsNotLookedFor(this ILogger logger, Exception failure);

    [LoggerMessage(2601, LogLevel.Warning, "Known secret {Id} in State cannot be opened and is not masked by value here")]
    public static partial void SecretNotOpened(this ILogger logger, string id);
}
