using System.Net;
using CursorBroker.Gateway.SignIn.Server;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Tests.SignIn.Server;

/// <summary>Floods, and that they harm only whoever sends them.</summary>
[TestClass]
public sealed class AddressLimitTests
{
    [TestMethod]
    public async Task TokenFlood_OfAStranger_KeepsNobodyFromRefreshing()
    {
        await using var oauth = await OAuthUnderTest.StartAsync();
        var (client, _, refresh) = await oauth.TokensAsync();
        for (var i = 0; i < 3001; i++)
        {
            oauth.Get<AddressLimits>().FailedTokens.Take(From($"198.51.100.{i % 250}"));
        }

        Assert.IsTrue((await oauth.RefreshAsync(client, refresh)).IsSuccessStatusCode);
        Assert.AreEqual(HttpStatusCode.OK, (await oauth.PostAsync("/oauth/revoke", ("token", refresh), ("client_id", client))).StatusCode);
    }

    [TestMethod]
    public async Task TokenRequests_ThatFail_AreCounted_AndThoseThatDoNot_AreNot()
    {
        await using var oauth = await OAuthUnderTest.StartAsync(more: null);
        var (client, verifier) = (await oauth.RegisterAsync(), OAuthUnderTest.NewVerifier());
        var limit = oauth.Get<AddressLimits>().FailedTokens;
        var tokens = await oauth.TokensAsync();
        _ = await oauth.RefreshAsync(tokens.Client, tokens.Refresh);
        Assert.AreEqual(0, limit.Taken);

        _ = await oauth.RedeemAsync(client, "made-up", verifier);
        _ = await oauth.RefreshAsync(client, "cbr_made-up");
        _ = await oauth.PostAsync("/oauth/token", ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", client), ("device_code", "made-up"));
        _ = await oauth.PostAsync("/login/oauth/access_token", ("client_id", client), ("code", "made-up"));

        Assert.AreEqual(4, limit.Taken);
    }

    [TestMethod]
    public void Flood_FromOneAddress_IsStopped_AndFromAnotherOneIsNot()
    {
        var limit = new AddressLimit(TimeProvider.System, perAddress: 3);

        Assert.AreEqual("TTTF", string.Concat(Enumerable.Range(0, 4).Select(_ => limit.Take(From("198.51.100.1")) ? 'T' : 'F')));
        Assert.IsTrue(limit.IsSpent(From("::ffff:198.51.100.1")));
        Assert.IsFalse(limit.IsSpent(From("198.51.100.2")));
    }

    [TestMethod]
    [DataRow("127.0.0.1", null)]
    [DataRow("::1", null)]
    [DataRow("10.1.2.3", null)]
    [DataRow("172.31.0.1", null)]
    [DataRow("172.32.0.1", "172.32.0.1")]
    [DataRow("192.168.0.1", null)]
    [DataRow("::ffff:10.1.2.3", null)]
    [DataRow("fd00::1", null)]
    [DataRow("2001:db8:1:2:3::4", "20010DB800010002")]
    [DataRow("198.51.100.1", "198.51.100.1")]
    public void Address_OfAProxy_IsNobodys(string address, string? who) => Assert.AreEqual(who, AddressLimit.AddressOf(IPAddress.Parse(address)));

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
