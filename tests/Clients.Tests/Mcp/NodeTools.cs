using System.Runtime.InteropServices;

namespace CursorBroker.Clients.Tests.Mcp;

/// <summary>
/// The protocol's own programs from npm, and a Node.js that is new enough for them: installed beside the built tests the first time, in exactly these versions.
/// </summary>
internal static class NodeTools
{
    private static readonly string[] Packages =
    [
        $"node-{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}@22.23.3",
        "@modelcontextprotocol/conformance@0.2.0-alpha.12",
        "@modelcontextprotocol/inspector@2.12.0",
        "@modelcontextprotocol/sdk@1.32.2",
    ];

    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Where they are.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "mcp-npm");

    /// <summary>Runs a program of theirs, or a script below <see cref="Root"/>.</summary>
    /// <param name="script">A file below <see cref="Root"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Ran> RunAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        var node = Path.Combine(Root, "node_modules", Packages[0].Split('@')[0], "bin", "node");
        return await ClientWorld.RunAsync(Root, [], [node, Path.Combine(Root, script), .. arguments], cancellationToken);
    }

    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var mark = Path.Combine(Root, "installed");
        await One.WaitAsync(cancellationToken);
        try
        {
            var wanted = string.Join(' ', Packages);
            if (File.Exists(mark) && await File.ReadAllTextAsync(mark, cancellationToken) == wanted)
            {
                return;
            }

            Directory.CreateDirectory(Root);
            var installed = await ClientWorld.RunAsync(Root, [], ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", Root, .. Packages], cancellationToken);
            Assert.AreEqual(0, installed.ExitCode, installed.All);
            await File.WriteAllTextAsync(mark, wanted, cancellationToken);
        }
        finally
        {
            One.Release();
        }
    }
}
