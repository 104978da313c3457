using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Pages;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Sandbox;
using CursorBroker.Sandbox.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>The pages on a real server, with the real identity provider stand-in and a desk in memory.</summary>
internal sealed class PagesUnderTest : IAsyncDisposable
{
    private const string PolicyText = """
        version: 1
        roles: { auditors: { groups: [security] } }
        ceiling: { workflows: none }
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write, pull_requests: write, checks: read, workflows: write }
            refs: { visible: [main, "release/*", "cursor/**"], push: ["cursor/**", main] }
            deny: [{ push: { paths: ["**/*.pem", "**/.env"] } }]
            approve: [{ when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }]
          - id: payments-secrets
            who: { groups: [payments-dev] }
            vaults: [kv-payments-dev]
            secrets: { "db-*": [list, get-masked, use, set], "feature-*": [get] }
            approve: [{ when: { secrets: { set: "*" } }, by: { groups: [payments-leads] } }]
        """;

    // Making a provider's keys takes longer than most tests.
    private static byte[]? _providerKeys;

    private readonly DirectoryInfo _directory;
    private WebApplication _web = null!;

    private PagesUnderTest(DirectoryInfo directory, SandboxIdentityProvider provider)
    {
        _directory = directory;
        Provider = provider;
        Desk = new FakeDesk(Time);
        Stores = new PageStores(Time);
    }

    public SandboxIdentityProvider Provider { get; }

    public ShiftedTime Time { get; } = new();

    public FakeDesk Desk { get; }

    public PageStores Stores { get; }

    /// <summary>Where the server listens, and the public address unless a test says otherwise.</summary>
    public Uri Address => new(_web.Urls.Single());

    public string Issuer => Provider.Issuer.OriginalString;

    public IServiceProvider Services => _web.Services;

    public static async Task<PagesUnderTest> StartAsync(Uri? publicAddress = null, bool signIn = true, Action<IServiceCollection>? more = null, string? secretName = null, Action<WebApplication>? map = null)
    {
        var directory = Directory.CreateTempSubdirectory("pages-");
        var keys = Path.Combine(directory.FullName, "identity-keys.json");
        if (_providerKeys is not null)
        {
            await File.WriteAllBytesAsync(keys, _providerKeys);
        }

        var provider = await SandboxIdentityProvider.StartAsync(new SandboxIdentityProviderOptions { DataDirectory = directory.FullName }, CancellationToken.None);
        _providerKeys ??= await File.ReadAllBytesAsync(keys);
        var pages = new PagesUnderTest(directory, provider);
        pages._web = pages.Build(publicAddress, signIn, more, secretName);
        map?.Invoke(pages._web);
        await pages._web.StartAsync();
        return pages;
    }

    /// <summary>An approval that waits, of the developer unless said otherwise.</summary>
    public Approval Put(ApprovalSnapshot? snapshot = null, Func<Approval, Approval>? change = null, string requester = "developer")
    {
        var approval = Samples.Push(Issuer, Time.GetUtcNow(), requester);
        approval = change is null ? approval : change(approval);
        Desk.Put(approval, snapshot ?? Samples.Snapshot());
        return approval;
    }

    public Browser NewBrowser() => new(Address);

    public async Task<Browser> SignedInAsync(string identity)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(identity);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        await Provider.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private WebApplication Build(Uri? publicAddress, bool signIn, Action<IServiceCollection>? more, string? secretName)
    {
        var builder = WebApplication.CreateSlimBuilder();

        // As in the Functions worker: what MVC has for rendering lives as long as a request, and who takes it from elsewhere is told off.
        builder.Host.UseDefaultServiceProvider(static options => options.ValidateScopes = true);
        builder.Services.AddMvc();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddSingleton<IPolicySource>(new OnePolicy(Issuer));
        builder.Services.AddSingleton<IApprovalDesk>(Desk);
        builder.Services.AddSingleton<INoticeBoard>(Desk);
        builder.Services.AddSingleton<IStateStore>(Stores.State);
        builder.Services.AddSingleton<ILedger>(Stores);
        builder.Services.AddSingleton(new ApprovalLinks(() => publicAddress ?? Address));
        builder.Services.AddOidcIdentity();
        more?.Invoke(builder.Services);
        builder.Services.AddPages();
        if (signIn)
        {
            builder.Services.AddSignIn(new SignInOptions
            {
                Issuer = Issuer,
                ClientId = SandboxClient.PagesId,
                ClientSecretName = secretName,
                Address = new PublicAddress(() => publicAddress ?? Address),
            });
        }

        var web = builder.Build();
        web.MapPages();
        return web;
    }

    private sealed class OnePolicy(string issuer) : IPolicySource
    {
        public PolicySet? Current { get; } = PolicyCompiler.Compile(PolicyText, new PolicyCompileOptions
        {
            HostIssuers =
            [
                new IssuerSettings
                {
                    Issuer = issuer,
                    Audiences = [SandboxWorld.IssuerMetadata.Audience],
                    Clients = SandboxWorld.IssuerMetadata.Clients,
                    SubjectClaims = ["tid", "oid"],
                    GroupsClaim = "groups",
                    Workloads = new WorkloadRule(false, "idtyp", "app"),
                },
            ],
        }).Policy ?? throw new InvalidOperationException("The test's own policy does not compile.");

        public PolicyStatus Status => new(Current?.Version, null, null);
    }
}
