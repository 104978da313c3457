using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Mcp.Tools;

/// <summary>The tools for GitHub, all of them.</summary>
internal static class GitHubTools
{
    public static IServiceCollection AddGitHubTools(this IServiceCollection services)
    {
        services.AddSingleton<IBrokerTool, ListBranches>();
        return services;
    }
}
