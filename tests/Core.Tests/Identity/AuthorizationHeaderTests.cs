using System.Text;
using CursorBroker.Core.Identity;

namespace CursorBroker.Core.Tests.Identity;

[TestClass]
public sealed class AuthorizationHeaderTests
{
    [TestMethod]
    [DataRow("Bearer a.b.c", "a.b.c", DisplayName = "Bearer")]
    [DataRow("bEARER a.b.c", "a.b.c", DisplayName = "schemes have no case")]
    [DataRow("token a.b.c", "a.b.c", DisplayName = "gh's scheme")]
    [DataRow("Bearer   a.b.c", "a.b.c", DisplayName = "more than one space")]
    [DataRow("Basic dXNlcjphLmIuYw==", "a.b.c", DisplayName = "git: user:a.b.c")]
    [DataRow("basic OmEuYi5j", "a.b.c", DisplayName = "no user name: :a.b.c")]
    [DataRow("Basic dTphOmI6Yw==", "a:b:c", DisplayName = "the password begins after the first colon: u:a:b:c")]
    public void TryRead_OneWellFormedHeader_FindsTheToken(string header, string expected)
    {
        Assert.IsTrue(AuthorizationHeader.TryRead([header], out var token, out _));
        Assert.AreEqual(expected, token.Reveal());
    }

    [TestMethod]
    [DataRow("", AuthenticationFailure.Missing, DisplayName = "empty")]
    [DataRow("Bearer", AuthenticationFailure.Malformed, DisplayName = "scheme alone")]
    [DataRow("Bearer ", AuthenticationFailure.Malformed, DisplayName = "scheme and space")]
    [DataRow(" Bearer a", AuthenticationFailure.Malformed, DisplayName = "leading space")]
    [DataRow("Bearer a ", AuthenticationFailure.Malformed, DisplayName = "trailing space")]
    [DataRow("Bearer a b", AuthenticationFailure.Malformed, DisplayName = "two credentials")]
    [DataRow("Bearer a,Bearer b", AuthenticationFailure.Malformed, DisplayName = "two headers folded into one")]
    [DataRow("Bearer a\nX: y", AuthenticationFailure.Malformed, DisplayName = "header injection")]
    [DataRow("Bearer a\0", AuthenticationFailure.Malformed, DisplayName = "NUL")]
    [DataRow("Bearer\ta", AuthenticationFailure.Malformed, DisplayName = "tab")]
    [DataRow("Bearer ä", AuthenticationFailure.Malformed, DisplayName = "not ASCII")]
    [DataRow("Digest abc", AuthenticationFailure.Malformed, DisplayName = "unknown scheme")]
    [DataRow("Negotiate abc", AuthenticationFailure.Malformed, DisplayName = "unknown scheme that browsers send")]
    [DataRow("Basic abc", AuthenticationFailure.Malformed, DisplayName = "not base64")]
    [DataRow("Basic dXNlcg==", AuthenticationFailure.Malformed, DisplayName = "no colon")]
    [DataRow("Basic dXNlcjo=", AuthenticationFailure.Malformed, DisplayName = "empty password; the user name is not tried")]
    [DataRow("Basic dTphCmI=", AuthenticationFailure.Malformed, DisplayName = "newline in the password")]
    [DataRow("Basic dQB1OmE=", AuthenticationFailure.Malformed, DisplayName = "NUL in the user name")]
    [DataRow("Basic dTr/", AuthenticationFailure.Malformed, DisplayName = "not UTF-8")]
    [DataRow("Basic dXNlcjphLmIuYw", AuthenticationFailure.Malformed, DisplayName = "padding left out")]
    public void TryRead_BadHeader_SaysWhy(string header, AuthenticationFailure expected)
    {
        Assert.IsFalse(AuthorizationHeader.TryRead([header], out _, out var refusal));
        Assert.AreEqual(expected, refusal.Failure);
    }

    [TestMethod]
    public void TryRead_NoHeader_IsMissing()
    {
        Assert.IsFalse(AuthorizationHeader.TryRead([], out _, out var refusal));
        Assert.AreEqual(AuthenticationFailure.Missing, refusal.Failure);
    }

    [TestMethod]
    public void TryRead_TwoHeadersEvenIfAlike_IsMalformed()
    {
        Assert.IsFalse(AuthorizationHeader.TryRead(["Bearer a", "Bearer a"], out _, out var refusal));
        Assert.AreEqual(AuthenticationFailure.Malformed, refusal.Failure);
    }

    [TestMethod]
    [DataRow(PresentedToken.MaxLength, true)]
    [DataRow(PresentedToken.MaxLength + 1, false)]
    public void TryRead_LongToken_StopsAtTheCapInEveryScheme(int length, bool accepted)
    {
        var text = new string('a', length);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{text}"));
        Assert.AreEqual(accepted, AuthorizationHeader.TryRead([$"Bearer {text}"], out _, out _));
        Assert.AreEqual(accepted, AuthorizationHeader.TryRead([$"Basic {basic}"], out _, out _));
    }

    [TestMethod]
    public void TryRead_BadHeader_DetailHoldsNoneOfIt()
    {
        Assert.IsFalse(AuthorizationHeader.TryRead(["Sekret s3cr3t"], out _, out var refusal));
        Assert.DoesNotContain("s3cr3t", refusal.Detail);
        Assert.DoesNotContain("Sekret", refusal.Detail);
    }
}
