using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Mcp.Own;

/// <summary>The broker's own tools, which are about the caller and their approvals.</summary>
internal static class OwnTools
{
    public static IServiceCollection AddOwnTools(this IServiceCollection services)
    {
        services.AddSingleton<IBrokerTool, ApprovalWait>();
        services.AddSingleton<IBrokerTool, ApprovalList>();
        services.AddSingleton<IBrokerTool, WhoAmI>();
        services.AddSingleton<IBrokerTool, ExplainAccess>();
        return services;
    }
}
