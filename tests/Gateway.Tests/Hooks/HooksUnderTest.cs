using System.Net;
using System.Text;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;
using CursorBroker.Gateway.Hooks;
using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.Tests.Pages.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Gateway.Tests.Hooks;

/// <summary>The hooks' addresses on a real server, with State and ledger in memory.</summary>
internal sealed class HooksUnderTest : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private HooksUnderTest(Uri? publicAddress)
    {
        Stores = new PageStores(Time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IStateStore>(Stores.State);
        builder.Services.AddSingleton<ILedger>(Stores);
        builder.Services.AddSingleton(new ApprovalLinks(() => publicAddress ?? Address));
        builder.Services.AddHooks();
        _web = builder.Build();
        _web.MapHooks();
        Sessions = new SessionTracker(Stores.State, Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public PageStores Stores { get; }

    public SessionTracker Sessions { get; }

    public Uri Address => new(_web.Urls.Single());

    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    public static PersonId Dana { get; } = new("https://id.example", "dana");

    public static PersonId Lee { get; } = new("https://id.example", "lee");

    public static async Task<HooksUnderTest> StartAsync(Uri? publicAddress = null)
    {
        var hooks = new HooksUnderTest(publicAddress);
        await hooks._web.StartAsync();
        return hooks;
    }

    /// <summary>A key of a person's, as the page would make it.</summary>
    public async Task<string> KeyAsync(PersonId person)
    {
        var key = await _web.Services.GetRequiredService<HookKeys>().MakeAsync(person, CancellationToken.None);
        return key.Reveal();
    }

    /// <summary>A session that goes on.</summary>
    public async Task<SessionId> SessionAsync(PersonId person, string client = "cursor")
    {
        var caller = new Caller { Issuer = person.Issuer, Person = person, Kind = CallerKind.Person, Client = client, Groups = [], DisplayName = person.Subject };
        return (await Sessions.TouchAsync(caller, CancellationToken.None)).Session;
    }

    public Task<HttpResponseMessage> PostAsync(string? authorization, string body, string type = "application/json") => SendAsync(HttpMethod.Post, "/hooks/events", authorization, new StringContent(body, Encoding.UTF8, type));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? authorization = null, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        if (authorization is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await _http.SendAsync(message);
    }

    /// <summary>A file as it is served.</summary>
    public async Task<string> FileAsync(string name)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/hooks/{name}");
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _web.StopAsync();
        await _web.DisposeAsync();
    }
}
