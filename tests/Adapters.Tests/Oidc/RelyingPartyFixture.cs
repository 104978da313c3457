using CursorBroker.Adapters.Oidc;
using CursorBroker.Core.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>An authenticator before a fake network with one provider, at a known time.</summary>
internal sealed class RelyingPartyFixture : IDisposable, ILogger<OidcCallerAuthenticator>
{
    private readonly HttpMessageInvoker _http;
    private TaskCompletionSource _fetchEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RelyingPartyFixture(IGroupOverageResolver? groups = null, string issuer = "https://login.example/t1")
    {
        Provider = new FakeIssuer(Web, issuer);
        Settings = new IssuerSettings { Issuer = issuer, Audiences = ["broker"] };
        _http = new HttpMessageInvoker(Web);
        Authenticator = new OidcCallerAuthenticator(_http, groups ?? new NoGroupOverageResolver(), Options, Time, this);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeWeb Web { get; } = new();

    public OidcOptions Options { get; } = new();

    public FakeIssuer Provider { get; }

    public IssuerSettings Settings { get; set; }

    public OidcCallerAuthenticator Authenticator { get; }

    /// <summary>Ends with the next fetch of keys, after its result is in force.</summary>
    public Task NextFetch()
    {
        _fetchEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _fetchEnded.Task.WaitAsync(TimeSpan.FromSeconds(120));
    }

    /// <summary>A good payload, with changes; a null value removes the claim.</summary>
    public Dictionary<string, object> Payload(params (string Claim, object? Value)[] changes)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var payload = new Dictionary<string, object> { ["iss"] = Provider.Issuer, ["aud"] = "broker", ["sub"] = "u1", ["exp"] = now + 3600, ["nbf"] = now };
        foreach (var (claim, value) in changes)
        {
            payload.Remove(claim);
            if (value is not null)
            {
                payload[claim] = value;
            }
        }

        return payload;
    }

    public async Task<AuthenticationOutcome> AskAsync(string token) =>
        await Authenticator.AuthenticateAsync(new PresentedToken(token), [Settings], CancellationToken.None);

    public async Task<Caller> AcceptedAsync(string token)
    {
        var outcome = await AskAsync(token);
        return Assert.IsInstanceOfType<AuthenticationOutcome.Authenticated>(outcome, outcome.ToString()).Caller;
    }

    public async Task RejectedAsync(string token, AuthenticationFailure expected)
    {
        var outcome = await AskAsync(token);
        Assert.AreEqual(expected, Assert.IsInstanceOfType<AuthenticationOutcome.Rejected>(outcome, outcome.ToString()).Failure);
    }

    public async Task<string> UnavailableAsync(string token)
    {
        var outcome = await AskAsync(token);
        return Assert.IsInstanceOfType<AuthenticationOutcome.Unavailable>(outcome, outcome.ToString()).Detail;
    }

    /// <summary>Every test ends with this: nothing was asked that nobody should ask.</summary>
    public void Dispose()
    {
        _http.Dispose();
        Assert.IsEmpty(Web.Unexpected, string.Join(' ', Web.Unexpected));
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is 1000 or 1001)
        {
            _fetchEnded.TrySetResult();
        }
    }
}
