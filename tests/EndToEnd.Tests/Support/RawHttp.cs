using System.Net.Sockets;
using System.Text;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>HTTP as bytes: what no client library would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request line, headers and a body, and reads the answer to its end.</summary>
    /// <param name="broker">The broker's URL.</param>
    /// <param name="requestLine">As it is, without the version.</param>
    /// <param name="headers">As they are; Host and Connection are added.</param>
    /// <param name="body">As it is.</param>
    /// <param name="hangUp">True to send no more after the body, whatever was announced, and read no answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RawAnswer> SendAsync(
        string broker, string requestLine, IEnumerable<string> headers, byte[] body, bool hangUp, CancellationToken cancellationToken)
    {
        var url = new Uri(broker);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, cancellationToken);
        var stream = client.GetStream();
        var head = string.Concat(((string[])[$"{requestLine} HTTP/1.1", $"Host: {url.Authority}", "Connection: close", .. headers, ""]).Select(static line => line + "\r\n"));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
        if (hangUp)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancellationToken);
        }
        catch (IOException) when (hangUp || answer.Length > 0)
        {
            // A server may reset the connection of a client that went on sending; what it said before counts.
        }

        return RawAnswer.Parse(Encoding.Latin1.GetString(answer.ToArray()));
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">0 when there was none.</param>
/// <param name="Headers">As they came, without those that name a moment.</param>
/// <param name="Body">As it came.</param>
internal sealed record RawAnswer(int Status, string Headers, string Body)
{
    public static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return new RawAnswer(0, "", text);
        }

        var lines = text[..end].Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        return new RawAnswer(status, string.Join('\n', lines.Skip(1).Where(static line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase))), text[(end + 4)..]);
    }
}
