using CursorBroker.Core.State;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Sealing;

/// <summary>Registers sealing.</summary>
public static class SealingServices
{
    /// <summary>The application's name in data protection. Never change it: nothing sealed before could be opened.</summary>
    internal const string ApplicationName = "CursorBroker";

    /// <summary>
    /// <see cref="ISecretSealer"/> over ASP.NET Core data protection, whose key ring rests in the registered <see cref="IStateStore"/>. Cookies and
    /// the like in the same host use the same ring.
    /// </summary>
    /// <returns>The data-protection builder, for a host that has a place for secrets (<see cref="ProtectKeysWithSecret"/>). Without that the ring rests as it is.</returns>
    public static IDataProtectionBuilder AddSealing(this IServiceCollection services)
    {
        _ = services.AddSingleton<ISecretSealer, DataProtectionSealer>();
        _ = services.AddOptions<KeyManagementOptions>().Configure<IStateStore>(
            static (options, state) => options.XmlRepository = new StateXmlRepository(state));
        return services.AddDataProtection().SetApplicationName(ApplicationName);
    }

    /// <summary>
    /// Encrypts the ring under a secret of the registered <see cref="ISecretSource"/>, so that whoever can read State alone opens nothing with it. Keys that the ring
    /// has already stay as they are. Once used, the secret must stay: with another one nothing sealed before can be opened.
    /// </summary>
    /// <param name="sealing">What <see cref="AddSealing"/> gave.</param>
    /// <param name="name">The secret's name; it holds 32 random bytes in base64.</param>
    public static IDataProtectionBuilder ProtectKeysWithSecret(this IDataProtectionBuilder sealing, string name)
    {
        ArgumentNullException.ThrowIfNull(sealing);
        _ = sealing.Services.AddSingleton(provider => new RingSecret(provider.GetRequiredService<ISecretSource>(), name));
        _ = sealing.Services.AddOptions<KeyManagementOptions>().Configure<RingSecret>(static (options, secret) => options.XmlEncryptor = new RingEncryptor(secret));
        return sealing;
    }
}
