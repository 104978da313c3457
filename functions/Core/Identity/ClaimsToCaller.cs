using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CursorBroker.Core.Identity;

/// <summary>
/// From the claims of a token whose signature is verified to a <see cref="Caller"/>, under one issuer's settings. A pure function.
/// </summary>
public static class ClaimsToCaller
{
    /// <summary>Longest subject, in characters: it becomes part of records and log lines.</summary>
    public const int MaxSubjectLength = 512;

    private const int MaxDisplayLength = 256;

    private static readonly ImmutableArray<string> DisplayClaims = ["preferred_username", "upn", "email", "name"];

    // Already said by other members of Caller, or about the token and not about its owner.
    private static readonly FrozenSet<string> NotOwners =
        new[] { "iss", "exp", "nbf", "iat", "jti" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Checks the claims and maps them.</summary>
    /// <param name="claims">The verified payload.</param>
    /// <param name="settings">The settings of the issuer whose key signed it.</param>
    /// <param name="now">The time.</param>
    /// <param name="skew">By how much clocks may differ, either way.</param>
    public static ClaimsOutcome Map(TokenClaims claims, IssuerSettings settings, DateTimeOffset now, TimeSpan skew)
    {
        if (ClaimRules.Check(claims, settings, now, skew) is { } refusal)
        {
            return refusal;
        }

        if (Subject(claims, settings.SubjectClaims) is not { } subject)
        {
            return Missing("subject claims are missing, empty, too long or ambiguous");
        }

        var caller = new Caller
        {
            Issuer = settings.Issuer,
            Person = new PersonId(settings.Issuer, subject),
            Kind = IsWorkload(claims, settings.Workloads) ? CallerKind.Workload : CallerKind.Person,
            Client = ClaimRules.Client(claims) ?? string.Empty,
            Groups = [],
            DisplayName = DisplayName(claims, subject),
            Claims = claims.Scalars().RemoveRange(NotOwners),
            TokenExpires = claims.Time("exp")!.Value,
        };

        return settings.GroupsClaim is { } groupsClaim ? MapGroups(claims, settings, caller, groupsClaim) : new ClaimsOutcome.Mapped(caller);
    }

    /// <summary>The caller with the directory's group ids, named as the settings name them.</summary>
    public static Caller WithGroups(Caller caller, IEnumerable<string> groupIds, IssuerSettings settings) =>
        caller with { Groups = GroupClaims.Name(groupIds, settings.GroupNames) };

    private static ClaimsOutcome MapGroups(TokenClaims claims, IssuerSettings settings, Caller caller, string groupsClaim)
    {
        if (GroupClaims.IsOverage(claims, groupsClaim))
        {
            if (settings.Overage != GroupOverage.Graph)
            {
                return Missing("groups were left out of the token and the issuer's settings name nowhere to ask");
            }

            return claims.Text("oid") is { } objectId
                ? new ClaimsOutcome.NeedsGroups(caller, new GroupQuestion(caller.Person, caller.Kind, objectId))
                : Missing("groups were left out of the token and it has no oid to ask with");
        }

        return GroupClaims.Read(claims, groupsClaim) is { } ids
            ? new ClaimsOutcome.Mapped(WithGroups(caller, ids, settings))
            : Missing("group claim is malformed");
    }

    private static string? Subject(TokenClaims claims, ImmutableArray<string> names)
    {
        var parts = new List<string>(names.Length);
        foreach (var name in names)
        {
            // Of several parts none may hold the separator, or two people could be spelled alike.
            if (claims.Text(name) is not { } part || LogText.HasControl(part) || (names.Length > 1 && part.Contains('/', StringComparison.Ordinal)))
            {
                return null;
            }

            parts.Add(part);
        }

        var subject = string.Join('/', parts);
        return subject.Length is > 0 and <= MaxSubjectLength ? subject : null;
    }

    private static bool IsWorkload(TokenClaims claims, WorkloadRule rule) =>
        rule.Always
        || (rule.Claim is { } claim && rule.Value is { } value && claims.Scalars().TryGetValue(claim, out var values) && values.Contains(value));

    private static string DisplayName(TokenClaims claims, string subject)
    {
        var name = DisplayClaims.Select(claims.Text).FirstOrDefault(text => text is not null) ?? subject;
        return LogText.Clean(name, MaxDisplayLength);
    }

    private static ClaimsOutcome.Refused Missing(string detail) => new(AuthenticationFailure.ClaimMissing, detail);
}
