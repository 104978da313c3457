using System.Reflection;
using OpenTelemetry.Resources;

namespace CursorBroker.Adapters.Telemetry;

/// <summary>What all telemetry says of its sender. <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> overrule it, as OpenTelemetry specifies.</summary>
internal static class BrokerResource
{
    private static readonly string? Version = typeof(BrokerResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    public static void Describe(ResourceBuilder resource) => resource
        .AddService("CursorBroker", serviceVersion: Version, serviceInstanceId: Environment.MachineName)
        .AddEnvironmentVariableDetector();
}
