using CsCheck;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Tests.Policy;

/// <summary>The look before the effect of a push is known: it may only deny what would be denied whatever turns up.</summary>
[TestClass]
public sealed class PreviewTests
{
    private static readonly string[] Matchers =
    [
        "refs: [main]", "refs: [main], paths: [secret]", "paths: [secret]", "delete: true", "delete: false", "create: true", "force: true", "force: false", "tags: true",
        "larger: 1KB", "authors: [m@evil.example]", "other-authors: [d@acme.example]", "unsigned: true", "unsigned: false", "create: false, paths: [secret]", "refs: [x], larger: 1KB",
    ];

    [TestMethod]
    [DataRow("refs: [main]", "DeniedByRule")]
    [DataRow("tags: false", "DeniedByRule")]
    [DataRow("delete: false", "DeniedByRule")]
    [DataRow("create: false", "DeniedByRule")]
    [DataRow("create: true", "open")]
    [DataRow("paths: [secret]", "open")]
    [DataRow("force: true", "open")]
    [DataRow("force: false", "open")]
    [DataRow("larger: 1KB", "open")]
    [DataRow("authors: ['*']", "open")]
    [DataRow("other-authors: ['*@acme.example']", "open")]
    [DataRow("unsigned: true", "open")]
    [DataRow("unsigned: false", "open")]
    [DataRow("refs: [main], paths: [secret]", "open")]
    public void Preview_DenyOfAPushNotYetLookedInto_HoldsOnlyWhereNothingUnknownIsAskedFor(string push, string expected) =>
        Assert.AreEqual(expected, Outcome(Denying(push).Preview(Policies.Person("x", "dev"), Policies.Push(Pending("refs/heads/main")))));

    [TestMethod]
    public void Preview_Delete_IsKnownWholeAndDenied()
    {
        var delete = new RefUpdate(RefName.Parse("refs/heads/main"), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('0', 40)));
        Assert.AreEqual("DeniedByRule", Outcome(Denying("delete: true").Preview(Policies.Person("x", "dev"), Policies.Push(delete))));
        Assert.AreEqual("open", Outcome(Denying("paths: ['**']").Preview(Policies.Person("x", "dev"), Policies.Push(delete))));
    }

    [TestMethod]
    public void Preview_Refused_SaysTheSameAsTheDecision()
    {
        var policy = Policies.Rules(
            "- { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write, issues: write }, refs: { push: [x] } }", "ceiling: { issues: read }");
        var caller = Policies.Person("x", "dev");
        foreach (var (who, operation, expected) in new[]
        {
            (Policies.Person("y"), Policies.Push(Pending("refs/heads/x")), "NotCovered"),
            (caller, Policies.Push(Pending("refs/heads/main")), "RefNotAllowed"),
            (caller, Policies.Push(Pending("refs/heads/x")) with { Needs = PermissionSet.Of("pages", Access.Write) }, "PermissionMissing"),
            (caller, Policies.Push(Pending("refs/heads/x")) with { Needs = PermissionSet.Of("issues", Access.Write) }, "AboveCeiling"),
            (caller, Policies.Push(Pending("refs/heads/x")) with { Needs = PermissionSet.Empty }, "PermissionMissing"),
        })
        {
            var denied = (PreliminaryDecision.Denied)policy.Preview(who, operation);
            Assert.AreEqual(expected, denied.Decision.Outcome());
            Assert.AreEqual(policy.Decide(who, operation).Explained(), denied.Decision.Explanation);
            CollectionAssert.AreEqual(policy.Decide(who, operation).Trace, denied.Decision.Trace);
        }
    }

    [TestMethod]
    public void Preview_Open_CarriesWhatTheInspectionMayShow()
    {
        var policy = Policies.Rules("""
            - { id: a, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, refs: { visible: [main, x], push: [x] }, lifetime: 5m }
            - { id: b, who: { groups: [dev] }, repositories: [acme/*], allow: { contents: write }, refs: { visible: [y], push: [x] }, lifetime: 3m }
            - { id: c, who: { groups: [dev] }, repositories: [acme/*], deny: [{ read: { paths: [secret] } }] }
            """);
        var open = (PreliminaryDecision.Open)policy.Preview(Policies.Person("x", "dev"), Policies.Push(Pending("refs/heads/x")));
        Assert.AreEqual("refs/heads/main, refs/heads/x, refs/heads/y", open.Visible.ToString());
        Assert.AreEqual((true, OpaqueHandling.Refuse, TimeSpan.FromMinutes(3), false), (open.KeepsPathsFromReaders, open.Opaque, open.Lifetime, open.SeesEverything));
        CollectionAssert.AreEqual(new[] { "cover", "cover", "cover", "allow", "allow", "allow" }, open.Trace.Select(static step => step.Step).ToArray());
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow(", deny: [{ read: { paths: [secret] } }]", false, DisplayName = "every ref, and not every path")]
    [DataRow(", refs: { visible: [main], push: [x] }", false)]
    public void Preview_Open_SeesEverythingOnlyWithoutHiddenRefsAndPaths(string rest, bool everything)
    {
        var policy = Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}{rest} }}");
        Assert.AreEqual(everything, ((PreliminaryDecision.Open)policy.Preview(Policies.Person("x", "dev"), Policies.Push(Pending("refs/heads/x")))).SeesEverything);
    }

    [TestMethod]
    public void Preview_Type_HoldsNoGrant() =>
        Assert.IsFalse(typeof(PreliminaryDecision).GetNestedTypes().Append(typeof(PreliminaryDecision))
            .SelectMany(static type => type.GetProperties()).Any(static property => property.PropertyType == typeof(Grant) || property.PropertyType == typeof(Decision)));

    [TestMethod]
    public void Preview_Denied_IsDeniedWhateverTurnsUp() =>
        Gen.Select(
            Gen.Select(Policies.AnyOf(Matchers), Policies.AnyOf(Matchers), Gen.Bool, Policies.AnyOf("main", "x"), Policies.AnyOf("[]", "[x]", "[main, x]")),
            Gen.Select(Gen.Bool, Policies.AnyOf("a", "secret", ".github/workflows/x"), Policies.AnyOf(0L, 5000L), Policies.AnyOf("", "m@evil.example", "d@acme.example"), Gen.Bool))
        .Sample(static (shape, effect) =>
        {
            var (first, second, create, branch, pushable) = shape;
            var (forced, path, size, author, signed) = effect;
            var policy = Policies.Rules(
                $"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, refs: {{ push: {pushable} }}, deny: [{{ push: {{ {first} }} }}, {{ push: {{ {second} }} }}] }}");
            var pending = create ? new RefUpdate(RefName.Parse($"refs/heads/{branch}"), GitOid.Parse(new string('0', 40)), GitOid.Parse(new string('2', 40))) : Pending($"refs/heads/{branch}");
            var known = pending with { Forced = !create && forced, ChangedPaths = [path], Size = size, Commits = author.Length == 0 ? [] : MadeUpCommits.By([author], signed) };
            var (preview, decision) = (policy.Preview(Policies.Person("x", "dev"), Policies.Push(pending)), policy.Decide(Policies.Person("x", "dev"), Policies.Push(known)));
            Assert.IsTrue(preview is PreliminaryDecision.Open || decision is Decision.Deny, $"{first} | {second}");
        });

    private static string Outcome(PreliminaryDecision decision) => decision is PreliminaryDecision.Denied denied ? denied.Decision.Outcome() : "open";

    private static PolicySet Denying(string push) =>
        Policies.Rules($"- {{ id: a, who: {{ groups: [dev] }}, repositories: [acme/*], allow: {{ contents: write }}, deny: [{{ push: {{ {push} }} }}] }}");

    private static RefUpdate Pending(string reference) => new(RefName.Parse(reference), GitOid.Parse(new string('1', 40)), GitOid.Parse(new string('2', 40)));
}
