using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>What can be reached from where, as the parameters say.</summary>
[TestClass]
public sealed class NetworkTests
{
    private static readonly string[] Data = ["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"];

    [TestMethod]
    public async Task Data_OfAPublicDeployment_OpenToTheNetworkAndClosedByRoles()
    {
        var plan = await Plan.WithAsync();

        AssertData(plan, "Enabled", "Allow", 0);
        Assert.IsEmpty(plan.All("Microsoft.Network/virtualNetworks"));
        Assert.AreEqual("Enabled", plan.One("Microsoft.Web/sites")["publicNetworkAccess"]);
    }

    [TestMethod]
    public async Task Data_OfAPrivateDeployment_ClosedToTheInternet()
    {
        var plan = await Plan.WithAsync("privateNetwork = true");

        AssertData(plan, "Disabled", "Deny", 0);
        Assert.AreEqual("Enabled", plan.One("Microsoft.Web/sites")["publicNetworkAccess"], "The broker's own door is another parameter.");
    }

    [TestMethod]
    public async Task Data_WithAdministratorsAddresses_OpenToThoseAlone()
    {
        var plan = await Plan.WithAsync("privateNetwork = true", "adminIpRanges = ['203.0.113.7']");

        AssertData(plan, "Enabled", "Deny", 1);
    }

    [TestMethod]
    public async Task Data_AdministratorsAddressesWithoutAPrivateNetwork_ChangeNothing()
    {
        var plan = await Plan.WithAsync("adminIpRanges = ['203.0.113.7']");

        AssertData(plan, "Enabled", "Allow", 0);
    }

    [TestMethod]
    [DataRow("DurableTaskScheduler", "blob blob vault")]
    [DataRow("AzureStorage", "blob blob queue table vault")]
    public async Task Endpoints_OfAPrivateDeployment_CoverEveryServiceInUse(string durableState, string faces)
    {
        var plan = await Plan.WithAsync("privateNetwork = true", $"durableState = '{durableState}'");

        var endpoints = plan.All("Microsoft.Network/privateEndpoints")
            .Select(static endpoint => endpoint.Properties["privateLinkServiceConnections"]![0]!["properties"]!["groupIds"]![0]!.GetValue<string>());
        Assert.AreEqual(faces, string.Join(' ', endpoints.Order()));
        Assert.HasCount(faces.Split(' ').Length, plan.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").ToList());
        Assert.HasCount(faces.Split(' ').Distinct().Count(), plan.All("Microsoft.Network/privateDnsZones").ToList());
    }

    [TestMethod]
    public async Task App_OfAPrivateDeployment_RunsInItsSubnet()
    {
        var plan = await Plan.WithAsync("privateNetwork = true");

        StringAssert.EndsWith(plan.One("Microsoft.Web/sites")["virtualNetworkSubnetId"], "/subnets/app");
        var app = plan.One("Microsoft.Network/virtualNetworks").Properties["subnets"]![0]!["properties"]!;
        Assert.AreEqual("Microsoft.App/environments", app["delegations"]![0]!["properties"]!["serviceName"]!.GetValue<string>());
    }

    [TestMethod]
    public void Broker_NotPublic_HasAPrivateEndpoint()
    {
        var plan = Plan.Of("private");

        Assert.AreEqual("Disabled", plan.One("Microsoft.Web/sites")["publicNetworkAccess"]);
        Assert.IsTrue(plan.All("Microsoft.Network/privateEndpoints").Any(static endpoint => endpoint.Name == "broker-broker"));
        Assert.IsTrue(plan.All("Microsoft.Network/privateDnsZones").Any(static zone => zone.Name == "privatelink.azurewebsites.net"));
    }

    [TestMethod]
    [DataRow("evaluation")]
    [DataRow("team")]
    [DataRow("private")]
    public void Scheduler_AllowList_NeverEmpty(string example)
    {
        foreach (var scheduler in Plan.Of(example).All("Microsoft.DurableTask/schedulers"))
        {
            Assert.IsNotEmpty(scheduler.Properties["ipAllowlist"]!.AsArray(), "An empty list denies everyone, the broker too.");
        }
    }

    [TestMethod]
    public void Scheduler_WithAFixedAddress_AllowsThatAlone()
    {
        var list = Plan.Of("private").One("Microsoft.DurableTask/schedulers").Properties["ipAllowlist"]!.AsArray();

        Assert.HasCount(1, list);
        StringAssert.Contains(list[0]!.GetValue<string>(), "/publicIPAddresses/broker-network-out");
    }

    [TestMethod]
    [DataRow("staticOutboundIp = true", "staticOutboundIp needs privateNetwork")]
    [DataRow("publicBroker = false", "publicBroker: false needs privateNetwork")]
    [DataRow("spoolMB = 50", "spoolMB must be at least bodyLimitMB")]
    [DataRow("schedulerIpAllowlist = []", "minimum allowable length is 1")]
    public async Task Parameters_ThatDoNotFit_AreRefusedInWords(string parameter, string words)
    {
        var refused = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Plan.WithAsync(parameter));

        StringAssert.Contains(refused.Message, words);
    }

    private static void AssertData(Plan plan, string access, string action, int addresses)
    {
        foreach (var resource in plan.Resources.Where(static resource => Data.Contains(resource.Type)))
        {
            Assert.AreEqual(access, resource["publicNetworkAccess"], resource.Id);
            Assert.AreEqual(action, resource["networkAcls.defaultAction"], resource.Id);
            Assert.HasCount(addresses, resource.Properties["networkAcls"]!["ipRules"]!.AsArray(), resource.Id);
        }
    }
}
