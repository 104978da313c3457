using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Runs;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CursorBroker.Gateway.Approvals;

/// <summary>Registers what approvals are made of. The host adds <see cref="ApprovalLinks"/>, the channels it has, and one home.</summary>
public static class ApprovalServices
{
    /// <summary>The desk, and telling people.</summary>
    internal static IServiceCollection AddApprovals(this IServiceCollection services)
    {
        services.TryAddSingleton(new ApprovalOptions());
        services.TryAddSingleton(new SnapshotLimits());
        services.TryAddSingleton<SnapshotBuilder>();
        services.TryAddSingleton<RequestSnapshots>();
        services.AddSingleton<TroubleLog>();
        services.AddSingleton<IApprovalTrouble>(static provider => provider.GetRequiredService<TroubleLog>());
        services.AddSingleton<INoticeObserver>(static provider => provider.GetRequiredService<TroubleLog>());
        services.AddSingleton(static provider => new NoticeOutbox(
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<IPolicySource>(),
            [.. provider.GetServices<INoticeChannel>()],
            provider.GetRequiredService<INoticeObserver>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IApprovalObserver>(static provider => provider.GetRequiredService<NoticeOutbox>());
        services.AddSingleton<INoticeBoard>(static provider => provider.GetRequiredService<NoticeOutbox>());
        services.AddSingleton<ApprovalTeller>();
        services.AddSingleton<IApprovalDesk, ApprovalDesk>();
        services.AddSingleton(static provider => new NoticeWorker(
            provider.GetRequiredService<NoticeOutbox>(),
            provider.GetRequiredService<IApprovalHome>(),
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<IPolicySource>(),
            [.. provider.GetServices<INoticeChannel>()],
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<ApprovalLinks>(),
            provider.GetRequiredService<INoticeObserver>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(static provider => new BackgroundWork(provider.GetRequiredService<NoticeWorker>().RunAsync));
        return services;
    }

    /// <summary>The home of approvals in State, and its clock: for hosts that have no other one.</summary>
    public static IServiceCollection AddStateApprovals(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<StateApprovalHome>();
        services.AddSingleton<IApprovalHome>(static provider => provider.GetRequiredService<StateApprovalHome>());
        services.AddSingleton<ApprovalClock>();
        services.AddHostedService(static provider => new BackgroundWork(provider.GetRequiredService<ApprovalClock>().RunAsync));
        return services;
    }

    /// <summary>Approvals as orchestrations: for hosts whose platform keeps those. The host adds <see cref="IApprovalRuns"/>.</summary>
    public static IServiceCollection AddOrchestratedApprovals(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<ApprovalErrands>();
        services.AddSingleton<OrchestratedApprovalHome>();
        services.AddSingleton<IApprovalHome>(static provider => provider.GetRequiredService<OrchestratedApprovalHome>());
        return services;
    }
}
