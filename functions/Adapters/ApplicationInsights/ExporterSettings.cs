using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.ApplicationInsights;

/// <summary>
/// The exporter's settings, and the check that they are still these when it starts. Its own defaults keep five traces a second and drop the logs of the others.
/// </summary>
internal sealed class ExporterSettings(IOptions<ApplicationInsightsOptions> options) : IConfigureNamedOptions<AzureMonitorExporterOptions>, IValidateOptions<AzureMonitorExporterOptions>
{
    /// <summary>The options' name. The unnamed ones obey environment variables, which must not turn sampling on.</summary>
    public const string Name = "CursorBroker";

    public void Configure(AzureMonitorExporterOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, AzureMonitorExporterOptions exporter)
    {
        if (name != Name)
        {
            return;
        }

        exporter.ConnectionString = options.Value.ConnectionString;
        exporter.Credential = options.Value.Credential;
        exporter.StorageDirectory = options.Value.StorageDirectory is { } waiting ? OwnersAlone(waiting) : null;
        exporter.SamplingRatio = 1;
        exporter.TracesPerSecond = null;
        exporter.EnableTraceBasedLogsSampler = false;
        exporter.DisableOfflineStorage = false;

        // Only to be had by another way of registering the exporter; left on, it logs that.
        exporter.EnableLiveMetrics = false;
    }

    // The exporter would make it readable for everybody, and the broker's data directory above it too if it comes first.
    private static string OwnersAlone(string directory)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(directory))
        {
            return directory;
        }

        // Each by itself: a mode is given to the last one only.
        _ = Path.GetDirectoryName(Path.GetFullPath(directory)) is { } above ? OwnersAlone(above) : null;
        _ = Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return directory;
    }

    public ValidateOptionsResult Validate(string? name, AzureMonitorExporterOptions exporter)
    {
        if (name != Name)
        {
            return ValidateOptionsResult.Skip;
        }

        var problems = new List<string>();
        Require(exporter.SamplingRatio == 1, nameof(exporter.SamplingRatio), "1");
        Require(exporter.TracesPerSecond is null, nameof(exporter.TracesPerSecond), "null");
        Require(!exporter.EnableTraceBasedLogsSampler, nameof(exporter.EnableTraceBasedLogsSampler), "false");
        Require(!exporter.DisableOfflineStorage, nameof(exporter.DisableOfflineStorage), "false");
        Require(exporter.Credential == options.Value.Credential, nameof(exporter.Credential), "the broker's own");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string setting, string value)
        {
            if (!holds)
            {
                problems.Add($"Application Insights: something changed the exporter's {setting}; it must be {value}, or audit events and traces would be missing.");
            }
        }
    }
}
