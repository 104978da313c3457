using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>
/// How often strangers may ask for what costs something, for each remote address and all together, on this instance. Behind a proxy everybody has the proxy's address, and
/// what is left is the limit for all: no header that a client could write says otherwise.
/// </summary>
internal sealed class AddressLimits(TimeProvider time)
{
    /// <summary>Registrations.</summary>
    public AddressLimit Registrations { get; } = new(time, perAddress: 60, together: 300);

    /// <summary>Devices that want a code.</summary>
    public AddressLimit Devices { get; } = new(time, perAddress: 60, together: 300);

    /// <summary>Codes that people type, by person: whoever tries to guess one is out of tries long before.</summary>
    public AddressLimit Guesses { get; } = new(time, perAddress: 10, together: 100);

    /// <summary>Everything at the token endpoint.</summary>
    public AddressLimit Tokens { get; } = new(time, perAddress: 600, together: 3000);
}

/// <summary>A budget a minute.</summary>
internal sealed class AddressLimit(TimeProvider time, int perAddress, int together)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = [];
    private DateTimeOffset _began;
    private int _all;

    /// <summary>Takes one; false when there is none left until the minute is over.</summary>
    public bool Take(HttpContext context) => Take(context.Connection.RemoteIpAddress?.ToString() ?? "");

    /// <summary>The same for whoever else it is that asks.</summary>
    public bool Take(string address)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _began >= Window)
            {
                (_began, _all) = (now, 0);
                _taken.Clear();
            }

            var taken = _taken.GetValueOrDefault(address);
            if (taken >= perAddress || _all >= together)
            {
                return false;
            }

            _taken[address] = taken + 1;
            _all++;
            return true;
        }
    }
}

/// <summary>What those are told who ask too often.</summary>
internal static class TooManyRequests
{
    public static Task WriteAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "60";
        return JsonAnswer.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "temporarily_unavailable", "Too many requests. Try again in a minute.");
    }
}
