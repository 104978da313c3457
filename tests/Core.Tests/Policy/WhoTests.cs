using System.Collections.Immutable;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

[TestClass]
public sealed class WhoTests
{
    private const string Other = "https://other.example";

    [TestMethod]
    [DataRow("groups: [a]", true)]
    [DataRow("groups: [x, a]", true)]
    [DataRow("groups: [A]", false, DisplayName = "group names compare exactly")]
    [DataRow("users: [u-1]", true)]
    [DataRow("users: [\"https://issuer.example#u-1\"]", true)]
    [DataRow("users: [\"https://other.example#u-1\"]", false)]
    [DataRow("users: [u-*]", false, DisplayName = "users are no globs")]
    [DataRow("users: [u-1], groups: [x]", false, DisplayName = "keys must all hold")]
    [DataRow("users: [u-1], groups: [a]", true)]
    [DataRow("workloads: [\"**\"]", false, DisplayName = "a person is no workload")]
    [DataRow("claims: { team: [red, blue] }", true)]
    [DataRow("claims: { team: [red] }", false)]
    [DataRow("claims: { team: [blue], site: [hq] }", false)]
    [DataRow("claims: { missing: [x] }", false)]
    public void Who_Person_IsMatched(string who, bool covered)
    {
        var caller = Policies.Person("u-1", "a", "b") with
        {
            Claims = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("team", ["blue", "green"]),
        };
        Assert.AreEqual(covered, Covers(who, caller));
    }

    [TestMethod]
    [DataRow("workloads: [\"repo:acme/pay:**\"]", true)]
    [DataRow("workloads: [\"repo:acme/*\"]", false, DisplayName = "a star stays between slashes")]
    [DataRow("workloads: [\"https://issuer.example#repo:acme/**\"]", true)]
    [DataRow("workloads: [\"https://other.example#repo:acme/**\"]", false)]
    [DataRow("groups: [ci]", true, DisplayName = "groups hold for workloads too")]
    [DataRow("users: [\"repo:acme/pay:ref:refs/heads/main\"]", true)]
    public void Who_Workload_IsMatched(string who, bool covered) =>
        Assert.AreEqual(covered, Covers(who, Policies.Workload("repo:acme/pay:ref:refs/heads/main", "ci")));

    [TestMethod]
    [DataRow("workloads: [build-client]", CallerKind.Workload, true)]
    [DataRow("workloads: [\"https://issuer.example#build-client\"]", CallerKind.Workload, true)]
    [DataRow("workloads: [\"https://other.example#build-client\"]", CallerKind.Workload, false)]
    [DataRow("workloads: [\"build-*\"]", CallerKind.Workload, false, DisplayName = "a client id is named exactly")]
    [DataRow("workloads: [build-client]", CallerKind.Person, false, DisplayName = "a person who uses that client is no workload")]
    [DataRow("users: [build-client]", CallerKind.Workload, false, DisplayName = "users are subjects alone")]
    public void Who_WorkloadByClientId_IsMatchedExactly(string who, CallerKind kind, bool covered) =>
        Assert.AreEqual(covered, Covers(who, Policies.Workload("some-object-id") with { Client = "build-client", Kind = kind }));

    [TestMethod]
    [DataRow("users: [\"https://issuer.example#u-1\"]")]
    [DataRow("workloads: [\"https://issuer.example#u-*\"]")]
    public void Who_AnotherIssuerPutsTheWholeNameIntoItsSubject_DoesNotMatch(string who)
    {
        // Attack: an issuer that lets people choose subjects answers with "https://issuer.example#u-1".
        var impostor = Policies.Workload("x") with { Issuer = Other, Person = new PersonId(Other, "https://issuer.example#u-1") };
        Assert.IsFalse(Covers(who, impostor));
    }

    [TestMethod]
    public void Roles_Example_AreHeldByTheirGroups()
    {
        var roles = Policies.Compile(Policies.Example).Roles;
        Assert.IsTrue(roles.IsAdmin(Policies.Person("x", "platform")));
        Assert.IsFalse(roles.IsAdmin(Policies.Person("x", "security")));
        Assert.IsTrue(roles.IsAuditor(Policies.Person("x", "security")));
        Assert.IsFalse(PolicyRoles.Nobody.IsAdmin(Policies.Person("x", "platform")));
    }

    private static bool Covers(string who, Caller caller) =>
        Policies.Rules($"- {{ id: a, who: {{ {who} }}, repositories: [acme/*], allow: {{ contents: read }} }}")
            .Decide(caller, Policies.Read()).Outcome() == "allow";
}
