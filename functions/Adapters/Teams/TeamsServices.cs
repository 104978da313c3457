using CursorBroker.Adapters.Notices;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Teams;

/// <summary>Registers Teams as a way to tell people of approvals.</summary>
public static class TeamsServices
{
    /// <summary>The key of the <see cref="HttpMessageInvoker"/> that posts; a test host may register its own first.</summary>
    public const string HttpKey = "teams";

    /// <summary>Adds the channel. Needs an <see cref="ISecretSource"/>. Options are checked at start.</summary>
    public static IServiceCollection AddTeamsNotices(this IServiceCollection services, Action<TeamsOptions>? configure = null)
    {
        services.AddOptions<TeamsOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TeamsOptions>, TeamsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(HttpKey, static (_, _) => new HttpMessageInvoker(NoticeHandler.Create(), disposeHandler: true));
        services.AddSingleton<INoticeChannel>(static provider => new TeamsChannel(
            provider.GetRequiredKeyedService<HttpMessageInvoker>(HttpKey),
            provider.GetRequiredService<ISecretSource>(),
            provider.GetRequiredService<IOptions<TeamsOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TeamsChannel>>()));
        return services;
    }
}
