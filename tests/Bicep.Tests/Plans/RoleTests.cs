using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>Who may do what, and on how little.</summary>
[TestClass]
public sealed partial class RoleTests
{
    /// <summary>Every role that is given, its id as Microsoft publishes it, and the one kind of scope it is given on. There is no other.</summary>
    private static readonly (string Role, string Id, string Scope, string Why)[] Allowed =
    [
        ("Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "storageAccounts/brokerh*", "the Functions host makes its own containers"),
        ("Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "storageAccounts/brokerh*", "durable state makes its own queues"),
        ("Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "storageAccounts/brokerh*", "durable state makes its own tables"),
        ("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "containers/ledger", "the ledger is appended to"),
        ("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "containers/state", "State is written"),
        ("Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "containers/policy", "operators replace the policy"),
        ("Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "containers/policy", "the broker reads the policy"),
        ("Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "containers/ledger", "auditors read the ledger"),
        ("Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6", "vaults/broker-*", "a policy may name any of the broker's own secrets"),
        ("Key Vault Secrets Officer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "vaults/broker-*", "operators set the broker's own secrets"),
        ("Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb", "components/broker-*", "telemetry is sent"),
        ("Durable Task Data Contributor", "0ad04412-c4d5-4796-b79c-f76d14c8d402", "taskHubs/broker", "approvals wait there"),
        ("Communication and Email Service Owner", "09976791-48a7-449e-bb21-39d1a415f350", "communicationServices/broker-*", "no built-in role only sends"),
    ];

    private static readonly string[] Everything =
    [
        "operatorGroupId = '00000000-0000-0000-0000-00000000000a'", "auditorGroupId = '00000000-0000-0000-0000-00000000000b'", "email = true",
    ];

    [TestMethod]
    [DataRow("DurableTaskScheduler")]
    [DataRow("AzureStorage")]
    public async Task Assignments_OfEverything_AreOnTheList(string durableState)
    {
        var plan = await Plan.WithAsync([.. Everything, $"durableState = '{durableState}'"]);

        var assignments = plan.All("Microsoft.Authorization/roleAssignments").ToList();

        Assert.HasCount(durableState == "AzureStorage" ? 12 : 11, assignments);
        foreach (var assignment in assignments)
        {
            var role = RoleId().Match(assignment["roleDefinitionId"]!).Value;
            var scope = ScopeOf(assignment);
            Assert.IsTrue(
                Allowed.Any(entry => entry.Id == role && Regex.IsMatch(scope, "/" + Regex.Escape(entry.Scope).Replace(@"\*", "[a-z0-9-]+", StringComparison.Ordinal) + "$")),
                $"Role {role} on {scope} is not on the list.");
        }
    }

    [TestMethod]
    public async Task Assignments_ToTheBroker_CannotChangePolicyOrSecrets()
    {
        var plan = await Plan.WithAsync(Everything);

        foreach (var assignment in plan.All("Microsoft.Authorization/roleAssignments").Where(static one => one["principalType"] == "ServicePrincipal"))
        {
            var scope = ScopeOf(assignment);
            if (scope.EndsWith("containers/policy", StringComparison.Ordinal))
            {
                StringAssert.Contains(assignment["roleDefinitionId"], "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "A broker that can write its own policy has none.");
            }
            else if (scope.Contains("/Microsoft.KeyVault/", StringComparison.Ordinal))
            {
                StringAssert.Contains(assignment["roleDefinitionId"], "4633458b-17de-408a-b874-0445c86b69e6");
            }
        }
    }

    [TestMethod]
    public async Task Assignments_OnVaultsThatCallersReach_AreTheRolesThatTheParameterSays()
    {
        var plan = await Plan.WithAsync(
            "vaults = [{ name: 'kv-payments-dev', resourceGroup: 'rg-payments', access: 'write' }, { name: 'kv-payments-prod', resourceGroup: 'rg-payments', access: 'read' }]");

        var roles = plan.All("Microsoft.Authorization/roleAssignments").Where(static one => ScopeOf(one).Contains("/rg-payments/", StringComparison.Ordinal))
            .Select(static one => $"{ScopeOf(one).Split('/')[^1]} {RoleId().Match(one["roleDefinitionId"]!).Value}").Order().ToList();

        CollectionAssert.AreEqual(
            new[] { "kv-payments-dev b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "kv-payments-prod 4633458b-17de-408a-b874-0445c86b69e6" }, roles);
    }

    [TestMethod]
    public async Task Assignments_InTheTemplate_AllNameAScope()
    {
        var assignments = Template.Templates(await Template.RootAsync())
            .SelectMany(Template.Resources)
            .Where(static resource => resource["type"]!.GetValue<string>() == "Microsoft.Authorization/roleAssignments")
            .ToList();

        Assert.IsNotEmpty(assignments);
        foreach (var assignment in assignments)
        {
            Assert.IsNotNull(assignment["scope"], "Without a scope an assignment is on the whole resource group.");
        }
    }

    [TestMethod]
    public void Roles_InTheFiles_AreNamedInOnePlace()
    {
        foreach (var file in Repository.BicepFiles.Where(static file => Path.GetFileName(file) != "roles.bicep" && Path.GetExtension(file) == ".bicep"))
        {
            Assert.IsFalse(RoleId().IsMatch(File.ReadAllText(file)), $"{file} names a role by id; roles.bicep does that.");
        }
    }

    private static string ScopeOf(PlannedResource assignment) =>
        assignment.Id[..assignment.Id.IndexOf("/providers/Microsoft.Authorization/roleAssignments/", StringComparison.Ordinal)];

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=')|(?<=roleDefinitions/)[0-9a-f-]{36}")]
    private static partial Regex RoleId();
}
