using System.Net;
using System.Net.Sockets;
using CursorBroker.Core.Identity;
using CursorBroker.Sandbox;

namespace CursorBroker.Local.Hosting;

/// <summary>Starts the sandbox beside the broker, and says how its identity provider is to be trusted.</summary>
internal static class SandboxStart
{
    public static async Task<SandboxWorld> StartAsync(ServeArguments arguments, string dataPath, CancellationToken cancellationToken)
    {
        if (arguments.SandboxRepositories is { Exists: false } missing)
        {
            throw new CannotStartException($"There is no directory {missing.FullName} for --sandbox-repos.");
        }

        try
        {
            return await SandboxWorld.StartAsync(
                new SandboxOptions
                {
                    DataDirectory = Path.Combine(dataPath, "sandbox"),
                    RepositoriesDirectory = arguments.SandboxRepositories?.FullName,
                    GitHubPort = Beside(arguments.Port, 1),
                    IssuerPort = Beside(arguments.Port, 2),
                    VaultPort = Beside(arguments.Port, 3),
                },
                cancellationToken);
        }
        catch (FileNotFoundException noGit)
        {
            throw new CannotStartException($"The sandbox needs git: {noGit.Message}", noGit);
        }
        catch (ArgumentException clash) when (arguments.SandboxRepositories is not null)
        {
            throw new CannotStartException($"--sandbox-repos: {clash.Message}", clash);
        }
    }

    /// <summary>How a policy would list the sandbox's issuer.</summary>
    public static IssuerSettings IssuerOf(SandboxWorld sandbox) => new()
    {
        Issuer = sandbox.Issuer.OriginalString,
        Audiences = [SandboxWorld.IssuerMetadata.Audience],
        Clients = SandboxWorld.IssuerMetadata.Clients,
        SubjectClaims = ["tid", "oid"],
        GroupsClaim = "groups",
        Overage = GroupOverage.Graph,

        // Tokens hold the names themselves, Graph answers with the ids.
        GroupNames = SandboxWorld.IssuerMetadata.GroupNames.AddRange(
            SandboxWorld.IssuerMetadata.GroupNames.Values.Select(static name => KeyValuePair.Create(name, name))),
        Workloads = new WorkloadRule(false, "idtyp", "app"),
    };

    /// <summary>Where Graph's client gets its token.</summary>
    public static Uri GraphTokenEndpointOf(SandboxWorld sandbox) => new(new Uri(sandbox.Issuer.OriginalString + "/"), "../oauth2/v2.0/token");

    /// <summary>The port so many above the broker's when it is free; otherwise any free one.</summary>
    private static int Beside(int port, int offset)
    {
        if (port == 0 || port + offset > ushort.MaxValue)
        {
            return 0;
        }

        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port + offset);
            probe.Start();
            return port + offset;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
