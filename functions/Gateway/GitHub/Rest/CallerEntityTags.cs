using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>
/// Entity tags that are good for the person they were given to, and for nobody else: GitHub's own with a digest of tag, person and masking before it. One that somebody else was
/// given, or this one while other secrets were masked, is passed over, so that it brings the answer anew. They are weak always (RFC 9110, 8.8.1), since the broker changes URLs and masks secrets in
/// what GitHub's tag stands for.
/// </summary>
internal static class CallerEntityTags
{
    private const int DigestLength = 16;

    /// <summary>What is masked in answers, in a word that changes with it.</summary>
    public static string MaskedAs(PolicySet policy, Grant grant) => grant.Reveals ? "revealed" : policy.Masking.Generation;

    /// <summary>The tag as the person is given it; null when GitHub's is none.</summary>
    /// <param name="tag">GitHub's.</param>
    /// <param name="person">The person.</param>
    /// <param name="masking">What is masked, as <see cref="MaskedAs"/> has it.</param>
    public static string? Bind(string tag, PersonId person, string masking) => EntityTagHeaderValue.TryParse(tag, out var parsed)
        ? $"W/\"{(parsed.IsWeak ? 'w' : 's')}{Digest(Opaque(parsed), person, masking)}.{Opaque(parsed)}\""
        : null;

    /// <summary>GitHub's tags of those in a list that the person was given; null when there are none.</summary>
    public static string? Unbind(string list, PersonId person, string masking)
    {
        var tags = EntityTagHeaderValue.TryParseStrictList([list], out var parsed) ? parsed.Select(tag => Unbind(tag, person, masking)).OfType<string>().ToList() : [];
        return tags.Count == 0 ? null : string.Join(", ", tags);
    }

    private static string? Unbind(EntityTagHeaderValue tag, PersonId person, string masking)
    {
        const int prefix = DigestLength + 2;
        var text = Opaque(tag);
        return text.Length > prefix && text[prefix - 1] == '.' && text[0] is 'w' or 's' && text[1..(prefix - 1)] == Digest(text[prefix..], person, masking)
            ? $"{(text[0] == 'w' ? "W/" : "")}\"{text[prefix..]}\""
            : null;
    }

    private static string Opaque(EntityTagHeaderValue tag) => tag.Tag.Length >= 2 ? tag.Tag.Substring(1, tag.Tag.Length - 2) : "";

    // Not a secret: it keeps people's tags apart, and whoever forges one gains nothing but a 304 for what they may read anyway.
    private static string Digest(string opaque, PersonId person, string masking) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Issuer}\n{person.Subject}\n{masking}\n{opaque}")))[..DigestLength];
}
