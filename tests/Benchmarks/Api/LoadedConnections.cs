using System.Diagnostics;
using System.Net.Http.Headers;

namespace CursorBroker.Benchmarks.Api;

/// <summary>Connections that each ask again as soon as they are answered. They stay open from one window to the next.</summary>
internal sealed class LoadedConnections : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 16;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Count, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan });
    private readonly Uri _url;

    public LoadedConnections(Uri url, string token)
    {
        _url = url;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks for as long as the window is open.</summary>
    /// <exception cref="InvalidOperationException">Something else was answered than what was asked for.</exception>
    public async Task<Load> RunAsync(TimeSpan window)
    {
        var clock = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, Count).Select(async _ =>
        {
            var samples = new List<double>();
            while (clock.Elapsed < window)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await _client.GetAsync(_url);
                await answer.Content.ReadAsByteArrayAsync();
                if (!answer.IsSuccessStatusCode)
                {
                    throw new InvalidOperationException($"{_url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }

                samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return samples;
        }));
        var took = clock.Elapsed.TotalSeconds;
        var sorted = all.SelectMany(static samples => samples).Order().ToList();
        return new Load(sorted.Count / took, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)]);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>What a window showed.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Half">What half of them took at most (p50), in milliseconds.</param>
/// <param name="Most">What 99 of 100 took at most (p99), in milliseconds.</param>
internal sealed record Load(double PerSecond, double Half, double Most);
