using Azure.Core;
using Azure.Storage.Blobs;
using CursorBroker.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Adapters.PolicyBlob;

/// <summary>Registers a blob as the policy's place.</summary>
public static class PolicyBlobServices
{
    /// <summary>
    /// Registers <see cref="IPolicySource"/> over a blob and what polls it. The host registers <see cref="IPolicyObserver"/>, and what must stop after it before.
    /// </summary>
    /// <param name="services">The services. A <see cref="BlobClientOptions"/> registered there is used (a test host's own transport).</param>
    /// <param name="credential">The broker's identity, as <c>AzureIdentity.Create</c> makes it.</param>
    /// <param name="options">Which blob.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message says how to mend them.</exception>
    public static IServiceCollection AddPolicyBlob(this IServiceCollection services, TokenCredential credential, PolicyBlobOptions options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PolicyBlobSource(
            options,
            new BlobClient(options.Blob, credential, provider.GetService<BlobClientOptions>() ?? ClientOptions(options.Timeout)),
            provider.GetRequiredService<IPolicyObserver>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPolicySource>(static provider => provider.GetRequiredService<PolicyBlobSource>());
        services.AddHostedService(static provider => provider.GetRequiredService<PolicyBlobSource>());
        return services;
    }

    private static BlobClientOptions ClientOptions(TimeSpan timeout) => new()
    {
        Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = timeout },
        Diagnostics = { IsTelemetryEnabled = false, IsDistributedTracingEnabled = false },
    };
}
