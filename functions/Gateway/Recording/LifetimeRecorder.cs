using System.Reflection;
using CursorBroker.Core.Audit;
using Microsoft.Extensions.Hosting;

namespace CursorBroker.Gateway.Recording;

/// <summary>Puts this instance's start and orderly stop into the ledger. A broker that cannot record its start does not start.</summary>
internal sealed class LifetimeRecorder(ILedger ledger, TimeProvider time) : IHostedService
{
    private readonly string _instance = $"{Environment.MachineName}/{Environment.ProcessId}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var version = typeof(LifetimeRecorder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        await ledger.AppendAsync([new BrokerStarted(_instance, version) { At = time.GetUtcNow() }], cancellationToken);
    }

    /// <remarks>Not by the host's token: a stop that took too long is recorded like any other.</remarks>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await ledger.AppendAsync([new BrokerStopped(_instance) { At = time.GetUtcNow() }], CancellationToken.None);
}
