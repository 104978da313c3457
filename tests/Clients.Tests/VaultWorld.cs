using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using CursorBroker.Harness;
using CursorBroker.Local.Demo;

namespace CursorBroker.Clients.Tests;

/// <summary>A broker with a sandbox of its own, as somebody has it who configured nothing, and TLS before it: Azure's clients take no other.</summary>
internal sealed class VaultWorld : IAsyncDisposable
{
    public const string Vault = "kv-payments-dev";

    private const string Policy = """
        version: 1
        rules:
          - id: secrets
            who: { groups: [payments-dev] }
            vaults: [kv-payments-dev]
            secrets: { "db-*": [list, get-masked], "feature-*": [list, get], "mine-*": [list, get, set, delete], "wait-*": [list, get-masked, set] }
            approve: [{ when: { secrets: { set: "wait-*" } }, by: { groups: [payments-leads] } }]
        """;

    private readonly DirectoryInfo _directory;
    private readonly TlsFront _front;
    private readonly BrokerProcess _broker;
    private readonly List<IDisposable> _clients = [];

    private VaultWorld(DirectoryInfo directory, TlsFront front, BrokerProcess broker, string token)
    {
        _directory = directory;
        _front = front;
        _broker = broker;
        Token = token;
    }

    /// <summary>The vault's address, as clients are told it.</summary>
    public static string Url => $"https://{TlsFront.Host}/vaults/{Vault}";

    public string Token { get; }

    public string Directory => _directory.FullName;

    /// <summary>What a client in a process of its own finds in its environment.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["HTTPS_PROXY"] = _front.ProxyUrl,
        ["NODE_EXTRA_CA_CERTS"] = _front.CertificateFile,
    };

    public static async Task<VaultWorld> StartAsync(CancellationToken cancellationToken)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("cursor-broker-vault-");
        var policy = Path.Combine(directory.FullName, "policy.yaml");
        await File.WriteAllTextAsync(policy, Policy, cancellationToken);
        var front = new TlsFront(directory.FullName);
        var broker = await BrokerProcess.StartAtAsync(directory.FullName, ["--policy", policy], $"https://{TlsFront.Host}", cancellationToken);
        front.LeadTo(new Uri(broker.Url));
        return new VaultWorld(directory, front, broker, await SignIn.TokenAsync(new Uri(broker.Urls.Issuer!), "developer", cancellationToken));
    }

    /// <summary>Azure's client, as the README says to make it.</summary>
    public SecretClient Client()
    {
        var client = new HttpClient(ClientWorld.HandlerOf(_front));
        _clients.Add(client);
        return new SecretClient(new Uri(Url), new Signed(Token), new SecretClientOptions
        {
            DisableChallengeResourceVerification = true,
            Transport = new HttpClientTransport(client),
            Retry = { MaxRetries = 0 },
        });
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        await _broker.DisposeAsync();
        await _front.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Whoever signed in.</summary>
    private sealed class Signed(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            requestContext.Scopes is [var scope] && !scope.Contains("vault.azure.net", StringComparison.Ordinal)
                ? new(token, TimeProvider.System.GetUtcNow().AddMinutes(30))
                : throw new InvalidOperationException("A token for the vaults themselves was asked for.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
