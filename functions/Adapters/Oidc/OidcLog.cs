using CursorBroker.Core.Identity;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Oidc;

/// <summary>What the relying party logs. No token, and of a token's texts only what <see cref="LogText"/> leaves.</summary>
internal static partial class OidcLog
{
    [LoggerMessage(EventIds.KeysFetched, LogLevel.Information, "Fetched {Count} signing keys of {Issuer}")]
    public static partial void KeysFetched(ILogger logger, string issuer, int count);

    [LoggerMessage(EventIds.KeysNotFetched, LogLevel.Warning, "Could not fetch the signing keys of {Issuer}: {Failure}")]
    public static partial void KeysNotFetched(ILogger logger, string issuer, string failure);

    [LoggerMessage(EventIds.TokenRejected, LogLevel.Debug, "Rejected a token: {Failure}, {Detail}")]
    public static partial void TokenRejected(ILogger logger, AuthenticationFailure failure, string detail);

    [LoggerMessage(EventIds.GroupsNotResolved, LogLevel.Warning, "Could not look up the groups of {Person}: {Detail}")]
    public static partial void GroupsNotResolved(ILogger logger, PersonId person, string detail);
}
