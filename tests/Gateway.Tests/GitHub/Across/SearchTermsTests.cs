using CursorBroker.Gateway.GitHub.Rest.Across;

namespace CursorBroker.Gateway.Tests.GitHub.Across;

[TestClass]
public sealed class SearchTermsTests
{
    [TestMethod]
    [DataRow("refund", "", "", "", "", "refund")]
    [DataRow("refund repo:acme/pay is:open", "acme/pay", "", "", "", "refund is:open")]
    [DataRow("REPO:acme/pay Org:acme user:una owner:x", "acme/pay", "acme una x", "", "", "")]
    [DataRow("repo:\"acme/pay\" x", "acme/pay", "", "", "", "x")]
    [DataRow("-repo:acme/pay -org:evil -user:x words", "", "", "acme/pay", "evil x", "words")]
    [DataRow("repo:a/b OR repo:c/d refund", "a/b c/d", "", "", "", "refund")]
    [DataRow("refund OR chargeback", "", "", "", "", "refund OR chargeback")]
    [DataRow("\"repo:acme/secret is text\" x", "", "", "", "", "\"repo:acme/secret is text\" x")]
    [DataRow("\"(repo:acme/secret)\"", "", "", "", "", "\"(repo:acme/secret)\"")]
    [DataRow("label:\"good first issue\" author:una", "", "", "", "", "label:\"good first issue\" author:una")]
    [DataRow("a  \t b", "", "", "", "", "a b")]
    [DataRow("NOT refund", "", "", "", "", "NOT refund")]
    public void Parse_Search_IsTakenApart(string text, string repositories, string owners, string notRepositories, string notOwners, string rest)
    {
        var terms = SearchTerms.Parse(text, out _)!;
        Assert.AreEqual(
            (repositories, owners, notRepositories, notOwners, rest),
            (string.Join(' ', terms.Repositories), string.Join(' ', terms.Owners), string.Join(' ', terms.NotRepositories), string.Join(' ', terms.NotOwners), terms.Rest));
    }

    [TestMethod]
    [DataRow("(repo:acme/secret OR x)", DisplayName = "a place in parentheses")]
    [DataRow("x(repo:acme/secret)", DisplayName = "a place behind a parenthesis")]
    [DataRow("\"x\"repo:acme/secret", DisplayName = "a place right behind a quote")]
    [DataRow("label:a,repo:acme/secret", DisplayName = "a place behind a comma")]
    [DataRow("NOT repo:acme/pay", DisplayName = "NOT before what will be written elsewhere")]
    [DataRow("\"a\\\" repo:acme/secret \"", DisplayName = "a quote that could be escaped or end the text")]
    [DataRow("\"open", DisplayName = "a quote that is not closed")]
    [DataRow("repo: acme/secret", DisplayName = "a name behind a space")]
    [DataRow("enterprise:acme", DisplayName = "a whole enterprise")]
    public void Parse_WhatCouldMeanAnotherPlace_IsRefused(string text)
    {
        Assert.IsNull(SearchTerms.Parse(text, out var problem));
        Assert.IsFalse(string.IsNullOrEmpty(problem));
    }
}
