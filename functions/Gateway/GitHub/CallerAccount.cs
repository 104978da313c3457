using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.GitHub;

/// <summary>
/// The caller as an account, for clients that ask who they are. It is no account of GitHub's: the login has a dot in it, which no login of GitHub's has, so that nobody takes it for
/// somebody there and no issue is assigned to a stranger of that name. For people to read; nothing is decided by it.
/// </summary>
/// <param name="Login">The login.</param>
/// <param name="Id">A number that stays the same for one person; 31 bits, since some clients hold no more.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Email">Their e-mail address, if the token says one.</param>
/// <param name="IsEmailVerified">Whether the token says that it was verified.</param>
internal sealed record CallerAccount(string Login, int Id, string Name, string? Email, bool IsEmailVerified)
{
    private const string Suffix = ".broker";
    private const int MaxName = 32;

    public static CallerAccount Of(Caller caller)
    {
        var email = Claim(caller, "email") is { } address && address.Contains('@', StringComparison.Ordinal) ? address : null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(caller.Person.ToString()));
        var id = BinaryPrimitives.ReadInt32BigEndian(hash) & int.MaxValue;
        return new(LoginOf(caller.DisplayName), Math.Max(1, id), caller.DisplayName, email, Claim(caller, "email_verified") is "true" or "True");
    }

    private static string? Claim(Caller caller, string name) => caller.Claims.TryGetValue(name, out var values) && values is [var value] ? value : null;

    private static string LoginOf(string name)
    {
        var local = name.Split('@')[0];
        var letters = new string([.. local.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]);
        var parts = string.Join('-', letters.Split('-', StringSplitOptions.RemoveEmptyEntries));
        var bounded = parts.Length > MaxName ? parts[..MaxName].TrimEnd('-') : parts;
        return (bounded.Length == 0 ? "caller" : bounded) + Suffix;
    }
}
