using CursorBroker.Core.Masking;
using CursorBroker.Gateway.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Masking;

/// <summary>Registers masking. The host adds State and what seals.</summary>
internal static class MaskingServices
{
    public static IServiceCollection AddMasking(this IServiceCollection services)
    {
        services.TryAddSingleton<KnownSecrets>();
        services.AddSingleton<CallerTokens>();
        services.AddSingleton<MaskRootKeeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<MaskRootKeeper>());
        services.AddSingleton<SharedSecrets>();
        services.AddHostedService(static provider => provider.GetRequiredService<SharedSecrets>());
        services.AddSingleton<AnswerMasks>();
        services.TryAddSingleton<ITextMasker, PolicyTextMasker>();
        services.AddReadinessCheck("secrets", static (provider, _) => ValueTask.FromResult(provider.GetRequiredService<SharedSecrets>().IsCurrent));
        return services;
    }
}
