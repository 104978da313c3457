using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CursorBroker.Clients.Tests;

/// <summary>
/// TLS before a broker that speaks plain HTTP, with a certificate of its own, and a proxy (RFC 9110, 9.3.6: CONNECT) that leads to it whoever asks for its name, and nobody anywhere else.
/// </summary>
internal sealed class TlsFront : IAsyncDisposable
{
    /// <summary>The name that clients know.</summary>
    public const string Host = "broker.example.com";

    private readonly TcpListener _tls = new(IPAddress.Loopback, 0);
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _served;
    private int _broker;

    public TlsFront(string directory)
    {
        (_certificate, var pem) = MakeCertificate();
        CertificateFile = Path.Combine(directory, "broker.crt");
        File.WriteAllText(CertificateFile, pem);
        _tls.Start();
        _proxy.Start();
        _served = Task.WhenAll(AcceptAsync(_tls, ServeTlsAsync), AcceptAsync(_proxy, ServeProxyAsync));
    }

    /// <summary>The certificate, for clients to trust.</summary>
    public string CertificateFile { get; }

    /// <summary>The proxy's address.</summary>
    public string ProxyUrl => $"http://127.0.0.1:{((IPEndPoint)_proxy.LocalEndpoint).Port}";

    /// <summary>Names that were asked for and lead nowhere.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Leads to a broker.</summary>
    public void LeadTo(Uri broker) => Volatile.Write(ref _broker, broker.Port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tls.Stop();
        _proxy.Stop();
        await _served;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private static (X509Certificate2 Certificate, string Pem) MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null), made.ExportCertificatePem());
    }

    private async Task AcceptAsync(TcpListener listener, Func<TcpClient, Task> serve)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeOneAsync(await listener.AcceptTcpClientAsync(_stop.Token), serve));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped: what is still open ends with it.
        }

        await Task.WhenAll(open);
    }

    private static async Task ServeOneAsync(TcpClient client, Func<TcpClient, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // One side hung up; the client's own message says what it makes of that.
            }
        }
    }

    private async Task ServeTlsAsync(TcpClient client)
    {
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        using var broker = new TcpClient();
        await broker.ConnectAsync(IPAddress.Loopback, Volatile.Read(ref _broker), _stop.Token);
        await JoinAsync(tls, broker.GetStream());
    }

    private async Task ServeProxyAsync(TcpClient client)
    {
        var stream = client.GetStream();
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && head.Length < 8192)
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return;
            }

            head.Append((char)one[0]);
        }

        var target = head.ToString().Split(' ') is ["CONNECT", var asked, ..] ? asked : head.ToString().Split('\r')[0];
        if (target != $"{Host}:443")
        {
            lock (Refused)
            {
                Refused.Add(target);
            }

            await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
            return;
        }

        using var tls = new TcpClient();
        await tls.ConnectAsync((IPEndPoint)_tls.LocalEndpoint, _stop.Token);
        await stream.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _stop.Token);
        await JoinAsync(stream, tls.GetStream());
    }

    private async Task JoinAsync(Stream one, Stream other)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(one.CopyToAsync(other, both.Token), other.CopyToAsync(one, both.Token));
        await both.CancelAsync();
    }
}
