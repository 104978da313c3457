using System.Net;

namespace CursorBroker.Adapters.Mail;

/// <summary>Which mail server sends the broker's messages, and as whom.</summary>
public sealed class SmtpOptions
{
    /// <summary>The server's name or address. Required.</summary>
    public string Host { get; set; } = string.Empty;

    /// <summary>The port, 1 to 65535; 587 (submission, RFC 6409).</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected; <see cref="SmtpSecurity.StartTls"/>.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Whether the server's certificate is checked for revocation; true. A network without a way to the issuer has to say false.</summary>
    public bool CheckRevocation { get; set; } = true;

    /// <summary>Whom to sign in as; empty for no sign-in.</summary>
    public string User { get; set; } = string.Empty;

    /// <summary>The name of the host's secret that holds the password. Required with <see cref="User"/>, and only then.</summary>
    public string PasswordSecret { get; set; } = string.Empty;

    /// <summary>The sender's address. Required.</summary>
    public string From { get; set; } = string.Empty;

    /// <summary>Longest wait for the whole exchange. 5 to 50 seconds; 30.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    internal bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS (RFC 3207), required: a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314), mostly on port 465.</summary>
    ImplicitTls,

    /// <summary>None; only for a server on this machine.</summary>
    None,
}
