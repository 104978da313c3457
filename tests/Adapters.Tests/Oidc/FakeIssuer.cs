using System.Net;
using System.Text.Json;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>A provider: a discovery document and keys on a <see cref="FakeWeb"/>, which can change keys, go down and tell lies.</summary>
internal sealed class FakeIssuer
{
    private readonly FakeWeb _web;

    public FakeIssuer(FakeWeb web, string issuer = "https://login.example/t1")
    {
        _web = web;
        Issuer = issuer;
        Named = issuer;
        Jwks = issuer + "/keys";
        Keys = [TestKey.Rsa.Jwk()];
        ComeUp();
    }

    public string Issuer { get; }

    public string Discovery => Issuer + "/.well-known/openid-configuration";

    /// <summary>What the discovery document says the issuer is.</summary>
    public string Named { get; set; }

    /// <summary>Where the discovery document says the keys are.</summary>
    public string Jwks { get; set; }

    public List<Dictionary<string, object>> Keys { get; set; }

    public int Fetches => _web.Count(Discovery);

    public void ComeUp()
    {
        _web.On(Discovery, () => JsonSerializer.Serialize(new { issuer = Named, jwks_uri = Jwks }));
        _web.On(Issuer + "/keys", () => JsonSerializer.Serialize(new { keys = Keys }));
    }

    public void GoDown()
    {
        _web.On(Discovery, HttpStatusCode.ServiceUnavailable);
        _web.On(Issuer + "/keys", HttpStatusCode.ServiceUnavailable);
    }
}
