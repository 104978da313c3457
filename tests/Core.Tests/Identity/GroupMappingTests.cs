using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class GroupMappingTests
{
    private static readonly IssuerSettings Settings = new()
    {
        Issuer = "https://i",
        Audiences = ["broker"],
        GroupsClaim = "groups",
        GroupNames = ImmutableDictionary<string, string>.Empty.Add("id-1", "payments-dev").Add("id-2", "payments-leads"),
    };

    [TestMethod]
    [DataRow(""" "groups":["id-1","id-2"] """, "payments-dev payments-leads", DisplayName = "array, mapped")]
    [DataRow(""" "groups":"id-1" """, "payments-dev", DisplayName = "a single text")]
    [DataRow(""" "groups":["id-1","id-9"] """, "id-9 payments-dev", DisplayName = "an unmapped id counts under itself")]
    [DataRow(""" "groups":["payments-leads"] """, "", DisplayName = "a group that calls itself by another's name is not the other")]
    [DataRow(""" "groups":["PAYMENTS-Leads"] """, "", DisplayName = "nor in another case")]
    [DataRow(""" "groups":[] """, "", DisplayName = "empty")]
    [DataRow(""" "x":1 """, "", DisplayName = "absent")]
    public void Map_Groups_AreNamed(string claim, string expected)
    {
        var mapped = Assert.IsInstanceOfType<ClaimsOutcome.Mapped>(Map(claim, Settings));
        Assert.AreEqual(expected, string.Join(' ', mapped.Caller.Groups.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    [DataRow(""" "groups":{"id-1":true} """, DisplayName = "object")]
    [DataRow(""" "groups":[1] """, DisplayName = "numbers")]
    [DataRow(""" "groups":["id-1",null] """, DisplayName = "null among texts")]
    [DataRow(""" "groups":null """, DisplayName = "null")]
    [DataRow(""" "_claim_names":"groups" """, DisplayName = "malformed overage mark")]
    public void Map_MalformedGroups_IsRefused(string claim) =>
        Assert.AreEqual(AuthenticationFailure.ClaimMissing, Assert.IsInstanceOfType<ClaimsOutcome.Refused>(Map(claim, Settings)).Failure);

    [TestMethod]
    [DataRow(""" "_claim_names":{"groups":"src1"} """)]
    [DataRow(""" "_claim_names":{"groups":"src1"},"groups":["id-2"] """, DisplayName = "a list beside the mark is not the whole list")]
    [DataRow(""" "hasgroups":true """)]
    [DataRow(""" "hasgroups":"true" """)]
    public void Map_Overage_IsRefusedOrAsked(string claim)
    {
        Assert.AreEqual(AuthenticationFailure.ClaimMissing, Assert.IsInstanceOfType<ClaimsOutcome.Refused>(Map(claim, Settings)).Failure);

        var withGraph = Settings with { Overage = GroupOverage.Graph };
        Assert.IsInstanceOfType<ClaimsOutcome.Refused>(Map(claim, withGraph), "no oid to ask with");
        var needs = Assert.IsInstanceOfType<ClaimsOutcome.NeedsGroups>(Map($"{claim},\"oid\":\"o-1\"", withGraph));
        Assert.AreEqual("o-1", needs.Question.ObjectId);
        Assert.IsEmpty(needs.Caller.Groups);
        Assert.AreSequenceEqual(["payments-dev"], ClaimsToCaller.WithGroups(needs.Caller, ["id-1", "payments-leads"], withGraph).Groups);
    }

    [TestMethod]
    public void Map_OverageOfAnotherClaim_IsNotOverageOfGroups() =>
        Assert.IsInstanceOfType<ClaimsOutcome.Mapped>(Map(""" "_claim_names":{"photo":"src1"},"groups":"id-1" """, Settings));

    [TestMethod]
    public void Map_IssuerWithoutGroups_IgnoresGroupsAndOverage()
    {
        var mapped = Assert.IsInstanceOfType<ClaimsOutcome.Mapped>(Map(""" "groups":["id-2"],"hasgroups":true """, Settings with { GroupsClaim = null }));
        Assert.IsEmpty(mapped.Caller.Groups);
    }

    private static ClaimsOutcome Map(string claim, IssuerSettings settings) => ClaimsToCaller.Map(
        ClaimsToCallerTests.Claims($$"""{"aud":"broker","exp":1767229200,"sub":"u",{{claim}}}"""),
        settings,
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        TimeSpan.Zero);
}
