using CursorBroker.Core.State;
using CursorBroker.Gateway.Git.Pushing;
using CursorBroker.Gateway.Inspecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Git;

/// <summary>Puts the git room into a host.</summary>
public static class GitRegistration
{
    /// <summary>Adds the room. The host adds an <see cref="IStateStore"/> and may add its own <see cref="GitRoomOptions"/> and <see cref="InspectionOptions"/> before.</summary>
    public static IServiceCollection AddGitRoom(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddInspection();
        services.TryAddSingleton(new GitRoomOptions());
        services.TryAddSingleton<ShownTips>();
        services.TryAddSingleton<HeadBudget>();
        services.TryAddSingleton<PushExaminer>();
        services.TryAddSingleton<PushServices>();
        services.TryAddSingleton<GitRoom>();
        return services;
    }
}
