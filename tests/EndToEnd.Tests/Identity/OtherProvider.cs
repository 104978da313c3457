using CursorBroker.EndToEnd.Tests.Support;
using CursorBroker.Local.Demo;
using CursorBroker.Sandbox.Identity;

namespace CursorBroker.EndToEnd.Tests.Identity;

/// <summary>A second identity provider, which the policy lists, with a clock that can be set.</summary>
internal sealed class OtherProvider : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly ShiftedClock _clock;

    private OtherProvider(DirectoryInfo directory, ShiftedClock clock, SandboxIdentityProvider provider)
    {
        _directory = directory;
        _clock = clock;
        Provider = provider;
    }

    public SandboxIdentityProvider Provider { get; }

    /// <summary>A policy that lets its developers, signed in at the command line's client alone, read.</summary>
    public string Policy => $$"""
        version: 1
        issuers:
          - issuer: {{Provider.Issuer.OriginalString}}
            audiences: [{{Sandbox.SandboxWorld.IssuerMetadata.Audience}}]
            clients: [{{SandboxClient.CommandLineId}}]
            subject: { claims: [tid, oid] }
            groups: { claim: groups }
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: read }
        """;

    public static async Task<OtherProvider> StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("cursor-broker-e2e-provider-");
        var clock = new ShiftedClock();
        var options = new SandboxIdentityProviderOptions { DataDirectory = directory.FullName, Time = clock };
        return new OtherProvider(directory, clock, await SandboxIdentityProvider.StartAsync(options, cancellationToken));
    }

    /// <summary>A token as if it had been asked for then.</summary>
    public async Task<string> TokenAsync(TimeSpan ago, CancellationToken cancellationToken)
    {
        _clock.Shift = -ago;
        try
        {
            return await SignIn.TokenAsync(Provider.Issuer, "developer", cancellationToken);
        }
        finally
        {
            _clock.Shift = TimeSpan.Zero;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
