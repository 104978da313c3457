using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CursorBroker.Adapters.Tests.Mail;

/// <summary>A small real SMTP server on loopback. Takes everything unless a test scripted another answer for a command, by how the command begins.</summary>
internal sealed class SmtpListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SmtpListener()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What follows the greeting in the answer to EHLO.</summary>
    public List<string> Extensions { get; } = ["8BITMIME"];

    /// <summary>From a command's beginning (<c>RCPT TO:&lt;a@</c>, <c>.</c> for the end of the message) to its answer; an empty one breaks the connection.</summary>
    public ConcurrentDictionary<string, string> Script { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<string> Commands { get; } = [];

    public ConcurrentQueue<string> Messages { get; } = [];

    /// <summary>Speaks TLS from the first byte, with a certificate that nobody vouches for.</summary>
    public bool UntrustedTls { get; set; }

    /// <summary>Runs when somebody connects, who is then told nothing; null to talk.</summary>
    public Action? Silent { get; set; }

    /// <summary>Nobody listens any more.</summary>
    public void Leave() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            try
            {
                if (Silent is { } connected)
                {
                    connected();
                    await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
                }

                await using var stream = UntrustedTls ? await EncryptAsync(client.GetStream()) : client.GetStream();
                await TalkAsync(stream);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The other side left.
            }
        }
    }

    private static async Task<Stream> EncryptAsync(Stream stream)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(certificate);
        return encrypted;
    }

    private async Task TalkAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        if (!await SayAsync(stream, Scripted("CONNECT") ?? "220 test"))
        {
            return;
        }

        while (await reader.ReadLineAsync(_stop.Token) is { } command)
        {
            Commands.Enqueue(command);
            if (!await SayAsync(stream, Scripted(command) ?? Usual(command)))
            {
                return;
            }

            if (command == "DATA" && Scripted(command) is null)
            {
                await TakeMessageAsync(reader);
                if (!await SayAsync(stream, Scripted(".") ?? "250 taken"))
                {
                    return;
                }
            }

            if (command == "QUIT")
            {
                return;
            }
        }
    }

    private async Task TakeMessageAsync(StreamReader reader)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        Messages.Enqueue(message.ToString());
    }

    private string? Scripted(string command) =>
        Script.Where(entry => command.StartsWith(entry.Key, StringComparison.OrdinalIgnoreCase)).Select(static entry => entry.Value).FirstOrDefault();

    private string Usual(string command) => command.Split(' ')[0].ToUpperInvariant() switch
    {
        "EHLO" => string.Join("\r\n", [.. Extensions.Prepend("test").SkipLast(1).Select(static line => $"250-{line}"), $"250 {Extensions[^1]}"]),
        "MAIL" or "RCPT" or "RSET" => "250 fine",
        "AUTH" => "235 welcome",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "502 nobody scripted that",
    };

    private async Task<bool> SayAsync(Stream stream, string answer)
    {
        if (answer.Length > 0)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), _stop.Token);
        }

        return answer.Length > 0;
    }
}
