using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.GitHub;

/// <summary>What clients are told of who they are signed in as: a login in the form that GitHub has, and a number that stays the same.</summary>
internal static class CallerLogin
{
    private const int Longest = 39;

    /// <summary>The login: the name that the provider gave, in letters, digits and hyphens; never used to decide anything.</summary>
    public static string Of(Caller caller)
    {
        var name = caller.DisplayName.Split('@')[0];
        var letters = new string([.. name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        var short39 = letters.Length > Longest ? letters[..Longest].TrimEnd('-') : letters;
        return short39.Length == 0 ? "caller" : short39;
    }

    /// <summary>A number for a person, from 1; the same for every client and session.</summary>
    public static int IdOf(Caller caller) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(caller.Person.ToString()))) & 0x7fff_ffff) | 1;
}
