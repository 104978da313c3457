using System.Collections.Immutable;
using CsCheck;
using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Tests.Policy;

namespace CursorBroker.Core.Tests.GitHub.Routes;

[TestClass]
public sealed class ApiRoutesTests
{
    private const string Repo = "/repos/{owner}/{repo}";

    [TestMethod]
    [DataRow("GET", "", "/", "")]
    [DataRow("GET", "/user", "/user", "")]
    [DataRow("GET", "/repos/Acme/Pay", Repo, "")]
    [DataRow("GET", "/repos/Acme/Pay/contents", Repo + "/contents", "")]
    [DataRow("GET", "/repos/Acme/Pay/contents/", Repo + "/contents", "")]
    [DataRow("GET", "/repos/Acme/Pay/contents/src/a.cs", Repo + "/contents/{path}", "path=src/a.cs")]
    [DataRow("GET", "/repos/Acme/Pay/contents/src%2Fa.cs", Repo + "/contents/{path}", "path=src/a.cs")]
    [DataRow("GET", "/repos/Acme/Pay/contents/src/", null, "")]
    [DataRow("GET", "/repos/Acme/Pay/git/ref/heads/feature/x", Repo + "/git/ref/{ref}", "ref=heads/feature/x")]
    [DataRow("GET", "/repos/Acme/Pay/compare/main...feature%2Fx", Repo + "/compare/{basehead}", "basehead=main...feature/x")]
    [DataRow("GET", "/repos/Acme/Pay/releases/latest", Repo + "/releases/latest", "")]
    [DataRow("PATCH", "/repos/Acme/Pay/releases/latest", null, "")]
    [DataRow("PATCH", "/repos/Acme/Pay/releases/7", Repo + "/releases/{release_id}", "release_id=7")]
    [DataRow("GET", "/repos/Acme/Pay/branches/a/protection", Repo + "/branches/{branch}/protection", "branch=a")]
    [DataRow("GET", "/repos/Acme/Pay/branches/a%2Fprotection", Repo + "/branches/{branch}", "branch=a/protection")]
    [DataRow("POST", "/repos/Acme/Pay/branches/a%2Fb/rename", Repo + "/branches/{branch}/rename", "branch=a/b")]
    [DataRow("GET", "/repos/Acme/Pay/commits/a%2Fb/status", Repo + "/commits/{ref}/status", "ref=a/b")]
    [DataRow("GET", "/repos/Acme/Pay/commits/a/b", Repo + "/commits/{ref}", "ref=a/b")]
    [DataRow("GET", "/repos/Acme/Pay/labels/area%2Fapi", Repo + "/labels/{name}", "name=area/api")]
    [DataRow("GET", "/repos/Acme/Pay/labels/area/api", null, "")]
    [DataRow("GET", "/repos/Acme/Pay/actions/workflows/ci.yml/runs", Repo + "/actions/workflows/{workflow_id}/runs", "workflow_id=ci.yml")]
    [DataRow("DELETE", "/repositories/42/issues/1", "/repositories/{repository_id}/{rest}", "repository_id=42 rest=issues/1")]
    [DataRow("HEAD", "/user", null, "")]
    [DataRow("get", "/user", null, "")]
    public void Match_RequestLine_FindsItsRoute(string method, string path, string? template, string parameters)
    {
        var match = ApiRoutes.GitHub.Match(method, ApiPath.Parse(path)!);

        Assert.AreEqual(template, match?.Route.Template);
        if (match is not null)
        {
            Assert.AreEqual(parameters, string.Join(' ', match.Parameters.Where(static pair => pair.Key is not ("owner" or "repo")).OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key}={pair.Value}")));
        }
    }

    [TestMethod]
    [DataRow("/Repos/acme/pay", DisplayName = "a literal in another case")]
    [DataRow("/repos/acme/pay/Contents/x", DisplayName = "a literal in another case, deeper")]
    [DataRow("/repos/acme%2Fpay", DisplayName = "owner and name in one segment")]
    [DataRow("/repos/acme/pay%2Fcontents%2Fx", DisplayName = "a route in the name")]
    [DataRow("/repos/acme/pay/issues/1%2Fcomments", DisplayName = "a route in a number")]
    [DataRow("/repos/acme/pay/pulls/1.diff", DisplayName = "a format behind a number")]
    [DataRow("/repos/acme/pay/issues/99999999999999999999", DisplayName = "no number of GitHub's")]
    [DataRow("/repos/acme/pay/issues/%D9%A1", DisplayName = "another script's digit")]
    [DataRow("/repos/acme/pay/", DisplayName = "a slash more")]
    [DataRow("/repos/acme/pay/nothing", DisplayName = "unknown")]
    [DataRow("/nothing", DisplayName = "unknown, at the top")]
    [DataRow("/api/v3/user", DisplayName = "the prefix twice")]
    public void Match_PathThatIsNoRoute_IsNone(string path) => Assert.IsNull(ApiRoutes.GitHub.Match("GET", ApiPath.Parse(path)!));

    [TestMethod]
    [DataRow("/repos/acme/pay.", DisplayName = "trailing dot")]
    [DataRow("/repos/acme/pay.git", DisplayName = "git's suffix")]
    [DataRow("/repos/acme/pay.wiki", DisplayName = "the wiki")]
    [DataRow("/repos/acme/p%20ay", DisplayName = "space")]
    [DataRow("/repos/-acme/pay", DisplayName = "dash first")]
    public void Repository_NameThatGitHubNeverGave_IsNone(string path) => Assert.IsNull(ApiRoutes.GitHub.Match("GET", ApiPath.Parse(path)!)!.Repository);

    [TestMethod]
    public void Repository_OtherCase_IsTheSame() =>
        Assert.AreEqual(RepositoryName.Parse("acme/pay"), ApiRoutes.GitHub.Match("GET", ApiPath.Parse("/repos/ACME/Pay/issues")!)!.Repository);

    [TestMethod]
    public void MethodsOf_Path_AreThoseOfItsRoutes()
    {
        CollectionAssert.AreEquivalent(new[] { "GET", "PUT", "DELETE" }, ApiRoutes.GitHub.MethodsOf(ApiPath.Parse("/repos/a/b/contents/x")!).ToArray());
        Assert.IsFalse(ApiRoutes.GitHub.MethodsOf(ApiPath.Parse("/nothing")!).Any());
    }

    [TestMethod]
    public void Match_WhateverWasWritten_ReadsTheSame()
    {
        var text = Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.Char['a', 'c'], Policies.AnyOf('/', '.', '%', '+', ' ', '\u00e9', '\u4e2d')), 1, 12];
        var number = Gen.Int[0, int.MaxValue].Select(static n => n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var written = 0;
        Gen.Select(Gen.Int[0, ApiRoutes.GitHub.All.Length - 1], text.Array[8], number).Sample((index, texts, digits) =>
        {
            var route = ApiRoutes.GitHub.All[index];
            var names = route.Template.Split('/').Where(static part => part.StartsWith('{')).Select(static part => part[1..^1]).ToArray();
            var parameters = names.Select((name, i) => KeyValuePair.Create(name, ApiParameters.IsNumber(name) ? digits : texts[i])).ToImmutableDictionary();
            string path;
            try
            {
                path = "/" + ApiPath.Write(route.Template, parameters);
            }
            catch (ArgumentException)
            {
                return; // what no path holds is not written
            }

            var match = ApiRoutes.GitHub.Match(route.Method, ApiPath.Parse(path)!);
            if (match is null)
            {
                Assert.IsTrue(parameters.Any(static pair => !ApiParameters.Takes(pair.Key, pair.Value)) || IsNamedAsALiteral(route, parameters), path);
                return;
            }

            Interlocked.Increment(ref written);
            if (match.Route != route)
            {
                Assert.IsTrue(IsNamedAsALiteral(route, parameters), $"{route.Id} with {path} was read as {match.Route.Id}");
                return;
            }

            CollectionAssert.AreEquivalent(parameters.ToArray(), match.Parameters.ToArray(), path);
        }, iter: 20_000);
        Assert.IsGreaterThan(1_000, written);
    }

    [TestMethod]
    public void Match_NoPath_IsReadAndThenWrittenAsAnotherCall()
    {
        var piece = Policies.AnyOf("a", "b", "heads", "main", "1", "protection", "status", "contents", "%2F", "%2E", ".", "/", "rename", "comments", "%25", "...");
        var start = Policies.AnyOf("/repos/o/r/branches/", "/repos/o/r/commits/", "/repos/o/r/contents/", "/repos/o/r/git/", "/repos/o/r/issues/", "/repos/o/r/", "/");
        Gen.Select(start, piece.Array[0, 6], Policies.AnyOf("GET", "PUT", "POST", "PATCH", "DELETE")).Sample((prefix, pieces, method) =>
        {
            if (ApiPath.Parse(prefix + string.Concat(pieces)) is not { } path || ApiRoutes.GitHub.Match(method, path) is not { } match)
            {
                return;
            }

            var again = ApiRoutes.GitHub.Match(method, ApiPath.Parse("/" + ApiPath.Write(match.Route.Template, match.Parameters))!);
            Assert.AreSame(match.Route, again?.Route);
            CollectionAssert.AreEquivalent(match.Parameters.ToArray(), again!.Parameters.ToArray());
        }, iter: 20_000);
    }

    /// <summary>Whether a value is what another route has as a literal there (<c>releases/latest</c>): then that one is meant, before and after.</summary>
    private static bool IsNamedAsALiteral(ApiRoute route, ImmutableDictionary<string, string> parameters)
    {
        var parts = route.Template.Split('/');
        return parts.Index().Any(part => part.Item.StartsWith('{') && ApiRoutes.GitHub.All.Any(other =>
            other.Template.Split('/') is { } others && others.Length > part.Index && others[part.Index] == parameters[part.Item[1..^1]].Split('/')[0] && others.Take(part.Index).SequenceEqual(parts.Take(part.Index))));
    }
}
