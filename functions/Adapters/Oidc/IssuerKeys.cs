using CursorBroker.Core.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CursorBroker.Adapters.Oidc;

/// <summary>
/// One issuer's keys over time: fetched once for any number of simultaneous callers, refreshed with age and for unknown key ids within a
/// rate limit, kept as last known good while the provider is down.
/// </summary>
/// <remarks>
/// Each fetch is a <see cref="ConfigurationManager{T}"/> of its own. The library's manager refreshes on request in the background only,
/// so that the first token after a key rotation would be refused, and its limits run by a clock that cannot be replaced.
/// </remarks>
internal sealed class IssuerKeys(string issuer, HttpMessageInvoker http, OidcOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private IssuerKeySet? _current;
    private Task? _running;
    private DateTimeOffset? _lastAttempt;
    private DateTimeOffset? _lastForUnknownKey;
    private string? _failure;

    /// <summary>The keys to use now. Waits for a fetch only when there are none young enough to believe.</summary>
    public async ValueTask<KeyLookup> CurrentAsync(CancellationToken cancellationToken)
    {
        Task? fetch = null;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var mayTry = IsRunning || _lastAttempt is null || now - _lastAttempt >= options.RetryInterval;
            if (Believable(now) is { } keys)
            {
                if (now - keys.Fetched >= options.RefreshAfter && mayTry)
                {
                    StartOrJoin(now);
                }

                return new(keys, null);
            }

            fetch = mayTry ? StartOrJoin(now) : null;
        }

        return await AfterAsync(fetch, cancellationToken);
    }

    /// <summary>
    /// Keys newer than <paramref name="seen"/>, in which no key fitted: fetched now, or with a fetch already under way. The same ones again
    /// when the last such fetch was less than <see cref="OidcOptions.UnknownKeyInterval"/> ago; no keys when it is unknown whether there are newer ones.
    /// </summary>
    public async ValueTask<KeyLookup> NewerThanAsync(IssuerKeySet seen, CancellationToken cancellationToken)
    {
        Task fetch;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!ReferenceEquals(_current, seen) && Believable(now) is { } newer)
            {
                return new(newer, null);
            }

            if (!IsRunning && _lastForUnknownKey is { } last && now - last < options.UnknownKeyInterval)
            {
                return _failure is null ? new(seen, null) : new(null, _failure);
            }

            _lastForUnknownKey = now;
            fetch = StartOrJoin(now);
        }

        await fetch.WaitAsync(cancellationToken);
        lock (_gate)
        {
            return _failure is null ? new(_current, null) : new(null, _failure);
        }
    }

    private bool IsRunning => _running is { IsCompleted: false };

    private IssuerKeySet? Believable(DateTimeOffset now) =>
        _current is { } keys && now - keys.Fetched < options.LastKnownGoodLifetime ? keys : null;

    private Task StartOrJoin(DateTimeOffset now)
    {
        if (IsRunning)
        {
            return _running!;
        }

        _lastAttempt = now;

        // On its own: the callers that wait for it come and go.
        return _running = Task.Run(FetchAsync, CancellationToken.None);
    }

    private async ValueTask<KeyLookup> AfterAsync(Task? fetch, CancellationToken cancellationToken)
    {
        if (fetch is not null)
        {
            await fetch.WaitAsync(cancellationToken);
        }

        lock (_gate)
        {
            return Believable(time.GetUtcNow()) is { } keys ? new(keys, null) : new(null, _failure ?? "no keys");
        }
    }

    private async Task FetchAsync()
    {
        var (keys, failure) = await TryFetchAsync();
        lock (_gate)
        {
            _failure = failure;
            _current = keys ?? _current;
        }

        if (keys is not null)
        {
            OidcLog.KeysFetched(logger, issuer, keys.Count);
        }
        else
        {
            OidcLog.KeysNotFetched(logger, issuer, failure!);
        }
    }

    private async Task<KeyLookup> TryFetchAsync()
    {
        if (!IssuerAddress.TryCreate(issuer, out var address))
        {
            return new(null, "the issuer is neither https nor http on a loopback address");
        }

        var documents = new IssuerDocuments(issuer, address, http, options, time);
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(address.Discovery, documents, documents);
        try
        {
            var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
            var keys = IssuerKeySet.From(configuration.JsonWebKeySet, time.GetUtcNow());
            return keys.Count > 0 ? new(keys, null) : new(null, "the provider publishes no usable key");
        }
        catch (InvalidOperationException e)
        {
            // The manager wraps whatever went wrong into this one (IDX20803).
            return new(null, LogText.Of((e.InnerException ?? e).Message));
        }
    }
}

/// <summary>Keys, or why there are none.</summary>
internal sealed record KeyLookup(IssuerKeySet? Keys, string? Failure);
