using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>What Key Vault's adapter logs: names and version ids, never a value.</summary>
internal static partial class KeyVaultLog
{
    [LoggerMessage(EventIds.Loaded, LogLevel.Information, "The secret {Secret} of {Vault} is used in version {Versions}")]
    public static partial void Loaded(ILogger logger, string secret, Uri vault, string versions);

    [LoggerMessage(EventIds.Trouble, LogLevel.Warning, "The secret {Secret} could not be read, {Effect}: {Problem}")]
    public static partial void Trouble(ILogger logger, string secret, string problem, string effect);

    [LoggerMessage(EventIds.Recovered, LogLevel.Information, "The secret {Secret} of {Vault} can be read again")]
    public static partial void Recovered(ILogger logger, string secret, Uri vault);
}
