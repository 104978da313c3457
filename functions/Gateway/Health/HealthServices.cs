using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Health;

/// <summary>What readiness is made of.</summary>
public static class HealthServices
{
    /// <summary>Adds something that the host cannot serve without, beside what the Gateway itself needs.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="name">As in <see cref="ReadinessCheck"/>.</param>
    /// <param name="holds">As in <see cref="ReadinessCheck"/>.</param>
    public static IServiceCollection AddReadinessCheck(this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, ValueTask<bool>> holds) =>
        services.AddSingleton(provider => new ReadinessCheck(name, token => holds(provider, token)));

    internal static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.AddReadinessCheck("policy", static (provider, _) => ValueTask.FromResult(provider.GetRequiredService<IPolicySource>().Current is not null));
        services.AddReadinessCheck("state", static async (provider, token) =>
        {
            _ = await provider.GetRequiredService<IStateStore>().ReadAsync(new StateKey("probe", "readiness"), token);
            return true;
        });
        services.AddReadinessCheck("ledger", static async (provider, token) =>
        {
            // Of nothing: it records nothing, and shows that something could be.
            await provider.GetRequiredService<ILedger>().AppendAsync([], token);
            return true;
        });
        return services;
    }
}
