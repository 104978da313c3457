namespace CursorBroker.Adapters.Oidc;

/// <summary>How patient the relying party is. The defaults suit every provider known to the project.</summary>
public sealed class OidcOptions
{
    /// <summary>By how much the provider's clock and this one may differ, either way. 0 to 5 minutes; 30 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for one document, from the first byte sent to the last received. 1 to 30 seconds; 5.</summary>
    public TimeSpan DocumentTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest discovery or key document, in bytes. 1 KiB to 8 MiB; 1 MiB.</summary>
    public int MaxDocumentBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Age at which keys are fetched again, in the background: a key that the provider withdrew is believed at most this long while
    /// the provider answers. 5 minutes to 1 day; 1 hour.
    /// </summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Age up to which keys are still believed while the provider is down; beyond it every token is refused. 5 minutes to 30 days, not below <see cref="RefreshAfter"/>; 24 hours.</summary>
    public TimeSpan LastKnownGoodLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Least time between two fetches because of unknown key ids, which anyone can make up. 1 second to 1 hour; 30 seconds.</summary>
    public TimeSpan UnknownKeyInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Least time between two attempts while the provider is down. 1 second to 10 minutes; 5 seconds.</summary>
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(5);
}
