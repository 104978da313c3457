using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace CursorBroker.Benchmarks.Api;

/// <summary>Sixteen connections that stay open, each of which asks, waits for the whole answer, and asks again.</summary>
internal sealed class LoadGenerator : IDisposable
{
    public const int Connections = 16;

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = Connections, ActivityHeadersPropagator = null });
    private readonly byte[][] _buffers = [.. Enumerable.Range(0, Connections).Select(static _ => new byte[16 * 1024])];
    private readonly Uri _url;
    private readonly string _token;
    private readonly int _server;

    /// <param name="url">What is asked for.</param>
    /// <param name="token">Whose token is shown.</param>
    /// <param name="server">The process that answers, whose work is measured.</param>
    public LoadGenerator(Uri url, string token, int server)
    {
        _url = url;
        _token = token;
        _server = server;
    }

    public async Task<Load> RunAsync(TimeSpan window)
    {
        var (clock, work) = (Stopwatch.StartNew(), WorkOf(_server));
        var all = await Task.WhenAll(_buffers.Select(async buffer =>
        {
            var samples = new List<double>();
            while (clock.Elapsed < window)
            {
                var began = Stopwatch.GetTimestamp();
                await AskAsync(buffer);
                samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return samples;
        }));
        var (took, worked) = (clock.Elapsed.TotalSeconds, WorkOf(_server) - work);
        var sorted = all.SelectMany(static samples => samples).Order().ToList();
        return new Load(sorted.Count / took, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)], worked.TotalMilliseconds * 1000 / sorted.Count);
    }

    /// <summary>One answer as text, to see what is measured.</summary>
    public async Task<string> LookAsync()
    {
        using var request = Request();
        using var answer = await _client.SendAsync(request, CancellationToken.None);
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => _client.Dispose();

    private async Task AskAsync(byte[] buffer)
    {
        using var request = Request();
        using var answer = await _client.SendAsync(request, CancellationToken.None);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{_url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        await using var body = await answer.Content.ReadAsStreamAsync();
        while (await body.ReadAsync(buffer) > 0)
        {
            // All of it is waited for, nothing is kept.
        }
    }

    private HttpRequestMessage Request() => new(HttpMethod.Get, _url) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", _token) } };

    /// <summary>Processor time of a process so far (proc(5), stat: fields 14 and 15, of which there are 100 a second).</summary>
    private static TimeSpan WorkOf(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }
}

/// <summary>What was measured in one window.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Half">p50, in milliseconds.</param>
/// <param name="Most">p99, in milliseconds.</param>
/// <param name="Work">Processor time of the server for one answer, in microseconds.</param>
internal sealed record Load(double PerSecond, double Half, double Most, double Work);
