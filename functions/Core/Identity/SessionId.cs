using System.Security.Cryptography;

namespace CursorBroker.Core.Identity;

/// <summary>One caller's run of work; the unit of recording and replay. Random, 128 bits, URL-safe, no meaning of its own.</summary>
/// <param name="Value">The text form, such as <c>s-0f3c...</c>.</param>
public sealed record SessionId(string Value)
{
    /// <summary>A new random id.</summary>
    public static SessionId New() => new($"s-{RandomNumberGenerator.GetHexString(32, lowercase: true)}");

    /// <summary>The text form.</summary>
    public override string ToString() => Value;
}
