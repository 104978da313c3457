using System.Net.Sockets;
using System.Text;
using CursorBroker.Gateway.Tests.Pipeline;

namespace CursorBroker.Gateway.Tests.Lfs;

/// <summary>Sends request lines as they are, which no HTTP client does.</summary>
internal sealed class RawClient(Uri server) : IDisposable
{
    private readonly TcpClient _client = new(server.Host, server.Port);

    /// <summary>The status.</summary>
    public async Task<int> GetAsync(string target)
    {
        var stream = _client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {FakeAuthenticator.GoodToken}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync() ?? "";
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => _client.Dispose();
}
