using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>The authorization server's log messages, ids 2310-2349. Texts from outside arrive cleaned.</summary>
internal static partial class OAuthLog
{
    [LoggerMessage(2310, LogLevel.Warning, "The identity provider {Issuer} could not be asked again about somebody who signed in: {Detail}")]
    public static partial void NotReadAgain(this ILogger logger, string issuer, string detail);

    [LoggerMessage(2311, LogLevel.Error, "The authorization server could not answer: something it needs is out of reach")]
    public static partial void OutOfReach(this ILogger logger, Exception failure);

    [LoggerMessage(2312, LogLevel.Error, "The authorization server failed")]
    public static partial void Failed(this ILogger logger, Exception bug);

    [LoggerMessage(2313, LogLevel.Warning, "{Person} wanted to end somebody's sign-ins and is no administrator")]
    public static partial void NotAnAdmin(this ILogger logger, string person);
}
