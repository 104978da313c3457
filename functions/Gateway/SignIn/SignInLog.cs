using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.SignIn;

/// <summary>The sign-in's log messages, ids 2300-2349. Provider texts arrive cleaned.</summary>
internal static partial class SignInLog
{
    [LoggerMessage(2300, LogLevel.Warning, "A sign-in failed ({Problem}): {Detail}")]
    public static partial void SignInFailed(this ILogger logger, SignInProblem problem, string detail);

    [LoggerMessage(2301, LogLevel.Error, "The identity provider {Issuer} cannot be reached for signing in")]
    public static partial void ProviderUnreachable(this ILogger logger, Exception failure, string issuer);

    [LoggerMessage(2302, LogLevel.Information, "{Person} signed in")]
    public static partial void SignedIn(this ILogger logger, string person);
}
