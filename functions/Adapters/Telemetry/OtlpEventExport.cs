using OpenTelemetry.Logs;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>Audit events by OTLP, as OpenTelemetry's variables say.</summary>
internal sealed class OtlpEventExport : IEventExport
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <inheritdoc/>
    public void AddTo(LoggerProviderBuilder events) => events.AddOtlpExporter();
}
