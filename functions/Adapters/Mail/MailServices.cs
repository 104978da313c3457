using Azure.Core;
using CursorBroker.Adapters.Notices;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Mail;

/// <summary>Registers e-mail as a way to tell people of approvals. A host takes one of the two.</summary>
public static class MailServices
{
    /// <summary>The key of the <see cref="HttpMessageInvoker"/> that talks to Azure Communication Services; a test host may register its own first.</summary>
    public const string HttpKey = "mail";

    /// <summary>Adds the channel over SMTP. Needs an <see cref="ISecretSource"/>. Options are checked at start.</summary>
    public static IServiceCollection AddSmtpNotices(this IServiceCollection services, Action<SmtpOptions> configure)
    {
        services.AddOptions<SmtpOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<INoticeChannel>(static provider => new MailChannel(
            provider.GetRequiredService<ISecretSource>(),
            provider.GetRequiredService<IOptions<SmtpOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MailChannel>>()));
        return services;
    }

    /// <summary>Adds the channel over Azure Communication Services. Needs a <see cref="TokenCredential"/>. Options are checked at start.</summary>
    public static IServiceCollection AddCommunicationServicesNotices(this IServiceCollection services, Action<CommunicationServicesOptions> configure)
    {
        services.AddOptions<CommunicationServicesOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CommunicationServicesOptions>, CommunicationServicesOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(HttpKey, static (_, _) => new HttpMessageInvoker(NoticeHandler.Create(), disposeHandler: true));
        services.AddSingleton<INoticeChannel>(static provider => new CommunicationServicesMailChannel(
            provider.GetRequiredKeyedService<HttpMessageInvoker>(HttpKey),
            provider.GetRequiredService<TokenCredential>(),
            provider.GetRequiredService<IOptions<CommunicationServicesOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CommunicationServicesMailChannel>>()));
        return services;
    }
}
