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
    /// <returns>The data-protection builder, for a host that can encrypt the ring itself (Key Vault). Without that the ring rests as it is.</returns>
    public static IDataProtectionBuilder AddSealing(this IServiceCollection services)
    {
        _ = services.AddSingleton<ISecretSealer, DataProtectionSealer>();
        _ = services.AddOptions<KeyManagementOptions>().Configure<IStateStore>(
            static (options, state) => options.XmlRepository = new StateXmlRepository(state));
        return services.AddDataProtection().SetApplicationName(ApplicationName);
    }
}
