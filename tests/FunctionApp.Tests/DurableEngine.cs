using System.Net;
using System.Net.Sockets;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CursorBroker.FunctionApp.Tests;

/// <summary>Starts Durable's engine in this process, on a port that is free.</summary>
/// <remarks>Left to itself the engine draws a port by lot and fails when something else has it.</remarks>
internal static class DurableEngine
{
    private const int Tries = 20;

    public static async Task<DurableTaskTestHost> StartAsync(Action<DurableTaskRegistry> registry)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(registry, new DurableTaskTestHostOptions { Port = FreePort(), LoggerFactory = NullLoggerFactory.Instance });
            }
            catch (IOException) when (left > 1)
            {
                // Taken by somebody between asking for it and using it.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
