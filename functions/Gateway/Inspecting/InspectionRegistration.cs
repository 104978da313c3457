using CursorBroker.Core.Inspecting;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Puts into a host what rooms need to look into changes.</summary>
public static class InspectionRegistration
{
    /// <summary>Adds it, once however many rooms ask. The host adds an <see cref="IStateStore"/> and may add its own <see cref="InspectionOptions"/> before.</summary>
    public static IServiceCollection AddInspection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new InspectionOptions());
        services.TryAddSingleton<SpoolBudget>();
        services.TryAddSingleton<InspectionTurns>();
        services.TryAddSingleton<PolicyScanners>();
        services.TryAddSingleton<ISecretScanners>(static provider => provider.GetRequiredService<PolicyScanners>());
        services.TryAddSingleton<IWriteScanners>(static provider => provider.GetRequiredService<PolicyScanners>());
        services.TryAddSingleton(static provider => new ScanVerdicts(provider.GetRequiredService<InspectionOptions>().MaxRememberedVerdicts));
        services.TryAddSingleton<SharedVerdicts>();
        services.TryAddSingleton<OpaqueInspector>();
        return services;
    }
}
