using System.Security.Cryptography;
using CsCheck;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Approvals.Approving;

namespace CursorBroker.Core.Tests.Approvals;

[TestClass]
public sealed class FingerprintsTests
{
    private static readonly byte[] NoBody = SHA256.HashData([]);
    private static readonly GitOid Zero = GitOid.Parse(new string('0', 40));

    [TestMethod]
    public void OfPush_IsPinned() =>
        Assert.AreEqual("f09a0d7bbe510dfb7d6840bc406100d844f7cc6739a627cd559a97f420852f5c", Fingerprints.OfPush(Id("dana"), 7, [Push()]).Value);

    [TestMethod]
    public void OfRequest_IsPinned() =>
        Assert.AreEqual("937bff221eb11ee7b5ed661a433b5616a2056c2b725a955a65699cb2e032bb17", Request().Value);

    public static IEnumerable<object[]> OtherPushes =>
    [
        ["another person", Fingerprints.OfPush(Id("lee"), 7, [Push()])],
        ["another issuer", Fingerprints.OfPush(Id("dana", OldIssuer), 7, [Push()])],
        ["another repository", Fingerprints.OfPush(Id("dana"), 8, [Push()])],
        ["another ref", Fingerprints.OfPush(Id("dana"), 7, [Push("refs/heads/mainx")])],
        ["another case of the ref", Fingerprints.OfPush(Id("dana"), 7, [Push("refs/heads/Main")])],
        ["another new object", Fingerprints.OfPush(Id("dana"), 7, [Push(to: GitOid.Parse(new string('3', 40)))])],
        ["another old object", Fingerprints.OfPush(Id("dana"), 7, [new RefUpdate(RefName.Parse("refs/heads/main"), Zero, New)])],
        ["old and new swapped", Fingerprints.OfPush(Id("dana"), 7, [new RefUpdate(RefName.Parse("refs/heads/main"), New, Old)])],
        ["a delete", Fingerprints.OfPush(Id("dana"), 7, [new RefUpdate(RefName.Parse("refs/heads/main"), Old, Zero)])],
        ["one ref more", Fingerprints.OfPush(Id("dana"), 7, [Push(), Push("refs/heads/x")])],
        ["the same ref twice", Fingerprints.OfPush(Id("dana"), 7, [Push(), Push()])],
        ["issuer and subject cut elsewhere", Fingerprints.OfPush(Id("/v2.0dana", "https://login.example"), 7, [Push()])],
        ["a request", Request()],
    ];

    [TestMethod]
    [DynamicData(nameof(OtherPushes))]
    public void OfPush_AnyDifference_IsAnotherFingerprint(string what, Fingerprint other) =>
        Assert.AreNotEqual(Fingerprints.OfPush(Id("dana"), 7, [Push()]), other, what);

    [TestMethod]
    public void OfPush_TheOrderOfRefs_DoesNotMatter()
    {
        var refs = Enumerable.Range(0, 6).Select(static i => Push($"refs/heads/b{i}")).ToArray();

        Gen.Shuffle(refs).Sample(shuffled => Assert.AreEqual(Print(7, refs), Print(7, shuffled)));
    }

    [TestMethod]
    public void OfPush_WhatPolicyLearntOfTheUpdate_DoesNotMatter() =>
        Assert.AreEqual(Print(), Print(7, Push() with { ChangedPaths = ["a"], Forced = true, Size = 5, Commits = [] }));

    public static IEnumerable<object[]> OtherRequests =>
    [
        ["person", Request(subject: "lee")],
        ["repository", Request(repository: 8)],
        ["method", Request(method: "POST")],
        ["path", Request(path: "/repos/acme/x/pulls/2/merge")],
        ["query", Request(query: "a=1")],
        ["body", Fingerprints.OfRequest(Id("dana"), 7, "PUT", "/repos/acme/x/pulls/1/merge", "", SHA256.HashData([1]), Old.Hex, "application/json")],
        ["form", Request(form: "application/vnd.github.diff")],
        ["state and form cut elsewhere", Request(state: Old.Hex + "a", form: "pplication/json")],
        ["resolved state", Request(state: New.Hex)],
        ["path and query cut elsewhere", Request(path: "/repos/acme/x/pulls/1/merg", query: "e")],
        ["method and path cut elsewhere", Request(method: "PU", path: "T/repos/acme/x/pulls/1/merge")],
        ["query and state swapped", Request(query: Old.Hex, state: "")],
    ];

    [TestMethod]
    [DynamicData(nameof(OtherRequests))]
    public void OfRequest_AnyDifference_IsAnotherFingerprint(string what, Fingerprint other) => Assert.AreNotEqual(Request(), other, what);

    [TestMethod]
    public void OfRequest_ANullByteOrALengthInAText_CannotShiftTheNextField()
    {
        // What would collide if fields were joined with a separator, or with lengths that a text could play.
        Assert.AreNotEqual(Request(path: "/a\0", query: "b"), Request(path: "/a", query: "\0b"));
        Assert.AreNotEqual(Request(path: "/a\0\0\0\0\0\0\0\u0001b", query: ""), Request(path: "/a", query: "b"));
    }

    [TestMethod]
    public void OfRequest_TwoDifferentListsOfTexts_NeverAgree() =>
        Gen.Select(Gen.String[Gen.Char["ab\0"], 0, 3].Array[4], Gen.String[Gen.Char["ab\0"], 0, 3].Array[4]).Sample(static (one, other) =>
            Assert.AreEqual(
                one.SequenceEqual(other),
                Request(method: one[0], path: one[1], query: one[2], state: one[3]) == Request(method: other[0], path: other[1], query: other[2], state: other[3])));

    [TestMethod]
    public void OfRequest_TextWithoutUtf8_IsRefusedInsteadOfReplaced() => _ = Assert.Throws<ArgumentException>(() => Request(path: "/\ud800"));

    [TestMethod]
    public void Make_OfNothing_IsRefused()
    {
        _ = Assert.Throws<ArgumentException>(() => Fingerprints.OfPush(Id("dana"), 7, []));
        _ = Assert.Throws<ArgumentException>(() => Fingerprints.OfPush(Id("dana"), 0, [Push()]));
        _ = Assert.Throws<ArgumentException>(() => Fingerprints.OfRequest(Id("dana"), 7, "GET", "/", "", NoBody.AsSpan(1), "", ""));
    }

    private static Fingerprint Request(
        string subject = "dana", long repository = 7, string method = "PUT", string path = "/repos/acme/x/pulls/1/merge", string query = "", string? state = null, string form = "application/json") =>
        Fingerprints.OfRequest(Id(subject), repository, method, path, query, NoBody, state ?? Old.Hex, form);
}
