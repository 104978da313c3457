using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Puts into a host what rooms need to look into changes.</summary>
public static class InspectionRegistration
{
    /// <summary>Adds it, once however many rooms ask. The host may add its own <see cref="InspectionOptions"/> before.</summary>
    public static IServiceCollection AddInspection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new InspectionOptions());
        services.TryAddSingleton<SpoolBudget>();
        services.TryAddSingleton<InspectionTurns>();
        services.TryAddSingleton<IWriteScanners, ProductWriteScanners>();
        return services;
    }
}
