using Microsoft.Extensions.Options;

namespace CursorBroker.Adapters.Mail;

/// <summary>Says every setting that is missing or out of range.</summary>
internal sealed class SmtpOptionsValidator : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        var problems = new List<string>();
        Require(Uri.CheckHostName(options.Host) != UriHostNameType.Unknown, "Host must be a host's name or address.");
        Require(options.Port is >= 1 and <= 65535, "Port must be from 1 to 65535.");
        Require(Enum.IsDefined(options.Security), "Security must be StartTls, ImplicitTls or None.");
        Require(options.Security != SmtpSecurity.None || options.IsLoopback, "Security may be None only for a server on this machine (localhost).");
        Require(options.User.Length == 0 || options.PasswordSecret.Length > 0, "PasswordSecret is missing: User needs one.");
        Require(options.User.Length > 0 || options.PasswordSecret.Length == 0, "User is missing: PasswordSecret is of no use without one.");
        Require(SenderAddress.IsOne(options.From), "From must be an e-mail address.");
        Require(options.Timeout >= TimeSpan.FromSeconds(5) && options.Timeout <= TimeSpan.FromSeconds(50), "Timeout must be from 5 to 50 seconds.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
