using System.Globalization;
using CursorBroker.Adapters.Mail;

namespace CursorBroker.Local.Hosting;

/// <summary>The mail server that tells people of approvals, from the environment.</summary>
internal static class MailSettings
{
    public const string HostVariable = "CURSORBROKER_SMTP_HOST";

    public const string PortVariable = "CURSORBROKER_SMTP_PORT";

    /// <summary><c>starttls</c>, <c>tls</c> or <c>none</c> (loopback only).</summary>
    public const string SecurityVariable = "CURSORBROKER_SMTP_SECURITY";

    public const string FromVariable = "CURSORBROKER_SMTP_FROM";

    /// <summary>Whom to sign in as; the password is the secret <see cref="PasswordSecret"/>.</summary>
    public const string UserVariable = "CURSORBROKER_SMTP_USER";

    /// <summary>The name of the secret with the password: the variable <c>CURSORBROKER_SECRET_SMTP_PASSWORD</c>.</summary>
    public const string PasswordSecret = "smtp-password";

    /// <summary>The settings, or null when none is set: then nobody is told by e-mail.</summary>
    /// <exception cref="CannotStartException">Only some are set, or one makes no sense.</exception>
    public static Action<SmtpOptions>? From(Func<string, string?> variable)
    {
        var (host, port, security, from, user) =
            (Value(HostVariable), Value(PortVariable), Value(SecurityVariable), Value(FromVariable), Value(UserVariable));
        if (host is null && port is null && security is null && from is null && user is null)
        {
            return null;
        }

        if (host is null || from is null)
        {
            throw new CannotStartException($"{(host is null ? HostVariable : FromVariable)} is not set, but other settings for e-mail are. Set {HostVariable} and {FromVariable} at least, or none.");
        }

        var number = 0;
        if (port is not null && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            throw new CannotStartException($"{PortVariable} is no port: {port}");
        }

        SmtpSecurity protection = security?.ToLowerInvariant() switch
        {
            null or "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.ImplicitTls,
            "none" => SmtpSecurity.None,
            _ => throw new CannotStartException($"{SecurityVariable} is one of starttls, tls and none, not {security}."),
        };
        return options =>
        {
            options.Host = host;
            options.From = from;
            options.Security = protection;
            options.Port = port is null ? options.Port : number;
            options.User = user ?? "";
            options.PasswordSecret = user is null ? "" : PasswordSecret;
        };

        string? Value(string name) => variable(name) is { Length: > 0 } text ? text : null;
    }
}
