using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Pages;

/// <summary>Registers the pages.</summary>
public static class PagesServices
{
    /// <summary>
    /// Adds the pages. They answer that sign-in is not set up until a host calls <see cref="SignInServices.AddSignIn"/>; with it the host also fills the ports
    /// for approvals and notices.
    /// </summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PageWriter>();
        services.AddHooks();
        services.AddSingleton<Confirmation>();
        services.AddSingleton<ISignInFollower, SignInAnswers>();
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IServiceProvider>(static (options, provider) =>
        {
            options.SuppressXFrameOptionsHeader = true;
            if (provider.GetService<SignInOptions>() is { } signIn)
            {
                Cookies.Shape(options.Cookie, "form", signIn.Address);
            }
        });
        return services;
    }
}
