using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>
/// How often strangers may ask for what costs something, for each remote address and some of it all together, on this instance. An address of a private network is a proxy's,
/// behind which everybody is, so it has no limit of its own: no header that a client could write says otherwise.
/// </summary>
internal sealed class AddressLimits(TimeProvider time)
{
    /// <summary>Registrations.</summary>
    public AddressLimit Registrations { get; } = new(time, perAddress: 60, together: 300);

    /// <summary>Devices that want a code.</summary>
    public AddressLimit Devices { get; } = new(time, perAddress: 60, together: 300);

    /// <summary>Codes that people type, by person: whoever tries to guess one is out of tries long before.</summary>
    public AddressLimit Guesses { get; } = new(time, perAddress: 10, together: 100);

    /// <summary>
    /// What fails at the token endpoint. Nothing there can be guessed; what is held up is work for nothing. By address alone, and only by what failed: nobody can use up what
    /// others need to refresh.
    /// </summary>
    public AddressLimit FailedTokens { get; } = new(time, perAddress: 600);

    /// <summary>Tokens that are given back, by address alone: nobody can keep others from it.</summary>
    public AddressLimit Revocations { get; } = new(time, perAddress: 600);
}

/// <summary>A budget a minute.</summary>
internal sealed class AddressLimit(TimeProvider time, int perAddress, int? together = null)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // So many addresses at once cannot be held up one by one; they are counted anew.
    private const int MostAddresses = 20_000;

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = [];
    private DateTimeOffset _began;
    private int _all;

    /// <summary>How many were taken in this minute.</summary>
    internal int Taken => _all;

    /// <summary>Takes one; false when there is none left until the minute is over.</summary>
    public bool Take(HttpContext context) => Take(AddressOf(context.Connection.RemoteIpAddress));

    /// <summary>The same for whoever else it is that asks; null for whoever cannot be told from others.</summary>
    public bool Take(string? address)
    {
        lock (_gate)
        {
            if (IsOut(address))
            {
                return false;
            }

            if (address is not null)
            {
                _taken[address] = _taken.GetValueOrDefault(address) + 1;
            }

            _all++;
            return true;
        }
    }

    /// <summary>Whether there is none left; takes none.</summary>
    public bool IsSpent(HttpContext context)
    {
        lock (_gate)
        {
            return IsOut(AddressOf(context.Connection.RemoteIpAddress));
        }
    }

    /// <summary>Who it is that asks from an address: one home has a whole /64 of IPv6. Null for a private one.</summary>
    internal static string? AddressOf(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is null || Private.Any(network => network.Contains(plain)) ? null
            : plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }

    private bool IsOut(string? address)
    {
        var now = time.GetUtcNow();
        if (now - _began >= Window)
        {
            (_began, _all) = (now, 0);
            _taken.Clear();
        }
        else if (_taken.Count >= MostAddresses)
        {
            _taken.Clear();
        }

        return _all >= together || (address is not null && _taken.GetValueOrDefault(address) >= perAddress);
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
