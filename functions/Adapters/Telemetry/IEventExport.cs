using OpenTelemetry.Logs;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>Where audit events go, as OpenTelemetry log records; one for each place.</summary>
internal interface IEventExport
{
    /// <summary>Adds what sends them. Its queue must take <see cref="EventSender.FlushEvery"/> and as many again as one event has parts.</summary>
    void AddTo(LoggerProviderBuilder events);
}
