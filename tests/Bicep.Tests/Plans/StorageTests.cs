using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>Storage and key vault: no keys, no old TLS, no way to take back what was written.</summary>
[TestClass]
public sealed class StorageTests
{
    public static IEnumerable<object[]> Examples => Repository.Examples.Select(static example => new object[] { example });

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Accounts_OpenToIdentitiesAlone(string example)
    {
        var accounts = Plan.Of(example).All("Microsoft.Storage/storageAccounts").ToList();

        Assert.HasCount(2, accounts);
        foreach (var account in accounts)
        {
            Assert.AreEqual("false", account["allowSharedKeyAccess"]);
            Assert.AreEqual("false", account["allowBlobPublicAccess"]);
            Assert.AreEqual("false", account["allowCrossTenantReplication"]);
            Assert.AreEqual("false", account["isLocalUserEnabled"]);
            Assert.AreEqual("true", account["supportsHttpsTrafficOnly"]);
            Assert.AreEqual("TLS1_2", account["minimumTlsVersion"]);
            Assert.AreEqual("None", account["networkAcls.bypass"]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Containers_NonePublic(string example)
    {
        foreach (var container in Plan.Of(example).All("Microsoft.Storage/storageAccounts/blobServices/containers"))
        {
            Assert.AreEqual("None", container["publicAccess"], container.Id);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Ledger_CanBeAppendedToAndNotRewritten(string example)
    {
        var policy = Plan.Of(example).One("Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies");

        StringAssert.Contains(policy.Id, "/containers/ledger/");
        Assert.AreEqual("true", policy["allowProtectedAppendWrites"]);
        Assert.IsNull(policy["allowProtectedAppendWritesAll"]);
        Assert.IsGreaterThanOrEqualTo(1, int.Parse(policy["immutabilityPeriodSinceCreationInDays"]!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public async Task Ledger_OnceLocked_IsLeftAloneByTheNextDeployment()
    {
        const string Policy = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies";

        var plan = await Plan.WithAsync("ledgerLocked = true");

        Assert.IsEmpty(plan.All(Policy), "A locked policy cannot be created over again: every upgrade would fail.");
        Assert.HasCount(1, (await Plan.WithAsync()).All(Policy), "Not locked, a deployment makes it.");
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Ledger_AndTheHostsOwnThings_LieInDifferentAccounts(string example)
    {
        var containers = Plan.Of(example).All("Microsoft.Storage/storageAccounts/blobServices/containers").Select(static container => container.Name.Split('/'));

        var accounts = containers.ToDictionary(static parts => parts[^1], static parts => parts[0]);
        Assert.AreNotEqual(accounts["packages"], accounts["ledger"], "The app owns the host account whole; the ledger must not lie there.");
        Assert.AreEqual(accounts["ledger"], accounts["state"]);
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Vault_RolesOnly_AndNothingIsGoneForGood(string example)
    {
        var vault = Plan.Of(example).One("Microsoft.KeyVault/vaults");

        Assert.AreEqual("true", vault["enableRbacAuthorization"]);
        Assert.AreEqual("true", vault["enablePurgeProtection"]);
        Assert.AreEqual("true", vault["enableSoftDelete"]);
        Assert.AreEqual("90", vault["softDeleteRetentionInDays"]);
        Assert.AreEqual("false", vault["enabledForTemplateDeployment"]);
        Assert.AreEqual("None", vault["networkAcls.bypass"]);
    }
}
