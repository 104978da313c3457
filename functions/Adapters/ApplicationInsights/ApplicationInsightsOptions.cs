using Azure.Core;

namespace CursorBroker.Adapters.ApplicationInsights;

/// <summary>Where telemetry goes.</summary>
public sealed class ApplicationInsightsOptions
{
    /// <summary>The resource's connection string, as its overview page shows it. Required.</summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// The broker's identity, where the resource takes no telemetry without one (local authentication disabled): it needs the role Monitoring Metrics
    /// Publisher on the resource. Null: the connection string is enough.
    /// </summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>
    /// Where telemetry waits on disk while it cannot be sent; audit events among it. It is made for the broker's user alone if it is not there. Null: the exporter's own
    /// choice below the temporary directory.
    /// </summary>
    public string? StorageDirectory { get; set; }
}
