using System.Collections.Immutable;
using System.Net;
using CursorBroker.Core.Approvals.Snapshots;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Policy;
using CursorBroker.Gateway.Inspecting;
using CursorBroker.Gateway.Limits;
using CursorBroker.Gateway.Masking;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.TokenExchange;
using CursorBroker.Gateway.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Yarp.ReverseProxy.Forwarder;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>The real pipeline and forwarder on a real server, with everything around them made up.</summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    public const string Policy = """
        version: 1
        issuers: [{ issuer: "https://id.example.com", audiences: [broker] }]
        rules:
          - id: payments
            who: { groups: [dev] }
            repositories: [acme/payments-*]
            allow: { contents: write }
            refs: { push: ["cursor/**", main] }
            lifetime: 7m
            approve: [{ when: { push: { refs: [main] } }, by: { groups: [leads] } }]
          - id: closed
            who: { groups: [dev] }
            repositories: [acme/closed]
            allow: { contents: read }
            opaque: refuse
          - id: inspected
            who: { groups: [dev] }
            repositories: [acme/inspected]
            allow: { contents: read }
            opaque: inspect
          - id: kept
            who: { groups: [dev] }
            repositories: [acme/kept]
            allow: { contents: read }
            opaque: inspect
            deny: [{ read: { paths: [secret] } }]
        """;

    private readonly WebApplication _server;

    private PipelineHarness(WebApplication server, HttpClient client)
    {
        _server = server;
        Client = client;
    }

    public HttpClient Client { get; }

    /// <summary>The pipeline itself, for requests that come from no server.</summary>
    public required RequestPipeline Pipeline { get; init; }

    public required TestRoom Room { get; init; }

    /// <summary>What is done with each request before the pipeline has it.</summary>
    public required List<Action<HttpContext>> Arriving { get; init; }

    public required FakeLedger Ledger { get; init; }

    public required EndRecords Ends { get; init; }

    public required FakeVault Vault { get; init; }

    public required FakeTokens Tokens { get; init; }

    public required MemoryVaults Vaults { get; init; }

    public required FakeAuthenticator Authenticator { get; init; }

    public required MemoryState State { get; init; }

    public required KnownSecrets Known { get; init; }

    public required SharedSecrets Shared { get; init; }

    public required MaskRootKeeper Root { get; init; }

    /// <summary>By which it is told whether what others handed out was looked for lately; it stands still.</summary>
    public required FakeTimeProvider MaskTime { get; init; }

    public required ScriptedUpstream Upstream { get; init; }

    public required FakeDesk Desk { get; init; }

    public required FakePolicy PolicyInForce { get; init; }

    public required CancellationTokenSource Stopping { get; init; }

    public static Caller Developer { get; } = new()
    {
        Issuer = "https://id.example.com",
        Person = new PersonId("https://id.example.com", "dev-1"),
        Kind = CallerKind.Person,
        Client = "cursor",
        Groups = ImmutableHashSet.Create("dev"),
        DisplayName = "Dev One",
    };

    /// <param name="withPolicy">False for a broker without a policy.</param>
    /// <param name="approvals">How long requests are held.</param>
    /// <param name="policyText">The policy; <see cref="Policy"/> unless told otherwise.</param>
    /// <param name="inRoom">The room; <see cref="Room"/> unless told otherwise.</param>
    /// <param name="limits">How much is let through.</param>
    public static async Task<PipelineHarness> StartAsync(
        bool withPolicy = true, HoldOptions? approvals = null, string policyText = Policy, Func<UpstreamOptions, IProtocolRoom>? inRoom = null, LimitOptions? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        var server = builder.Build();

        var (ledger, vault, state, room, upstream) = (new FakeLedger(), new FakeVault(), new MemoryState(), new TestRoom(), new ScriptedUpstream());
        var tokens = new FakeTokens();
        var authenticator = new FakeAuthenticator(Developer);
        var compiled = PolicyCompiler.Compile(policyText);
        Assert.IsNotNull(compiled.Policy, string.Join("\n", compiled.Problems));
        var options = new UpstreamOptions
        {
            Git = new Uri("https://git.upstream.example/"),
            Api = new Uri("https://api.upstream.example/"),
            Raw = new Uri("https://raw.upstream.example/"),
            SignedHosts = ["codeload.upstream.example", "store*.blob.example"],
        };
        var limit = limits ?? new LimitOptions();
        var forwarder = new UpstreamForwarder(
            server.Services.GetRequiredService<IHttpForwarder>(),
            new HttpMessageInvoker(upstream),
            options,
            new UpstreamGate(limit, TimeProvider.System),
            TimeProvider.System,
            NullLogger<UpstreamForwarder>.Instance);
        var (desk, policy, stopping) = (new FakeDesk(), new FakePolicy(withPolicy ? compiled.Policy : null), new CancellationTokenSource());
        var (sealer, known, maskTime) = (new FakeSealer(), new KnownSecrets(TimeProvider.System), new FakeTimeProvider());
        var root = new MaskRootKeeper(state, sealer);
        await root.StartAsync(CancellationToken.None);
        var shared = new SharedSecrets(state, sealer, root, known, maskTime, NullLogger<SharedSecrets>.Instance);
        await shared.LookAsync(CancellationToken.None);
        var ends = new EndRecords(NullLogger<EndRecords>.Instance);
        var (vaults, shapes) = (new MemoryVaults(), new SecretShapes(root));
        var secrets = new SecretCalls(vaults, shared, shapes, ends, TimeProvider.System);
        var pipeline = new RequestPipeline(
            new Authentication(authenticator, new SessionTracker(state, TimeProvider.System), new CallerTokens(known, TimeProvider.System)),
            policy,
            new CallerLimit(limit, TimeProvider.System),
            new Examination(vault, forwarder, secrets),
            new Approving(desk, FakeDesk.Links, policy, approvals ?? new HoldOptions(), TimeProvider.System, new StopSignal(stopping.Token)),
            vault,
            new HandingOver(tokens, TimeProvider.System),
            secrets,
            new AnswerMasks(root, known, shared),
            forwarder,
            ends,
            ledger,
            TimeProvider.System,
            NullLogger<RequestPipeline>.Instance);
        var served = inRoom?.Invoke(options) ?? room;
        var exchange = new TokenExchangeRoom(options);
        var inVaults = new VaultRoom(
            policy, new PolicyScanners(policy, root, known, shared), new VaultCallParts(shapes, new VaultPages(sealer), new RequestSnapshots(new WithholdingMasker(), new SnapshotLimits()), FakeDesk.Links));
        var arriving = new List<Action<HttpContext>>();
        server.Run(context =>
        {
            arriving.ForEach(each => each(context));
            return pipeline.RunAsync(
                context, context.Request.Path == TokenExchangeRoom.Path ? exchange : context.Request.Path.StartsWithSegments("/vaults", StringComparison.Ordinal) ? inVaults : served);
        });
        await server.StartAsync();
        var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {FakeAuthenticator.GoodToken}");
        return new PipelineHarness(server, client)
        {
            Pipeline = pipeline,
            Room = room,
            Ledger = ledger,
            Ends = ends,
            Vault = vault,
            Tokens = tokens,
            Vaults = vaults,
            Authenticator = authenticator,
            State = state,
            Known = known,
            Shared = shared,
            Root = root,
            MaskTime = maskTime,
            Upstream = upstream,
            Desk = desk,
            PolicyInForce = policy,
            Stopping = stopping,
            Arriving = arriving,
        };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Stopping.Dispose();
        Shared.Dispose();
        await _server.DisposeAsync();
    }
}

/// <summary>The upstream: remembers each request and answers as told. Throws on a request that nobody scripted.</summary>
internal sealed class ScriptedUpstream : HttpMessageHandler
{
    public List<HttpRequestMessage> Requests { get; } = [];

    public List<string> Bodies { get; } = [];

    public Func<HttpRequestMessage, HttpResponseMessage>? Answer { get; set; }

    public static HttpResponseMessage Good(string body = "upstream says") => new(HttpStatusCode.OK)
    {
        Content = new StringContent(body, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/x-test")),
        Headers = { { "X-GitHub-Request-Id", "GH-1" }, { "Set-Cookie", "upstream=1" }, { "X-Upstream-Secret", "leak" } },
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Answer is null)
        {
            throw new InvalidOperationException($"Nobody expected {request.Method} {request.RequestUri}.");
        }

        Requests.Add(request);
        Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
        return Answer(request);
    }
}
