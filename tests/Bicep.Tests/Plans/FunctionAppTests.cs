using System.Globalization;
using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>The app: values that the compiler does not check and the platform refuses, or worse, takes.</summary>
[TestClass]
public sealed partial class FunctionAppTests
{
    public static IEnumerable<object[]> Examples => Repository.Examples.Select(static example => new object[] { example });

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void App_SpeaksTlsAlone(string example)
    {
        var plan = Plan.Of(example);
        var app = plan.One("Microsoft.Web/sites");

        Assert.AreEqual("true", app["httpsOnly"]);
        Assert.AreEqual("1.2", app["siteConfig.minTlsVersion"]);
        Assert.AreEqual("1.2", app["siteConfig.scmMinTlsVersion"]);
        foreach (var publishing in plan.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies"))
        {
            Assert.AreEqual("false", publishing["allow"], publishing.Id);
        }

        Assert.HasCount(2, plan.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList());
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Runtime_IsOneThatFlexConsumptionHas(string example)
    {
        var plan = Plan.Of(example);
        var app = plan.One("Microsoft.Web/sites");

        Assert.AreEqual("dotnet-isolated", app["functionAppConfig.runtime.name"]);
        Assert.AreEqual("10.0", app["functionAppConfig.runtime.version"]);
        CollectionAssert.Contains(new[] { "512", "2048", "4096" }, app["functionAppConfig.scaleAndConcurrency.instanceMemoryMB"]);
        Assert.AreEqual("FC1", plan.One("Microsoft.Web/serverfarms").Node["sku"]!["name"]!.GetValue<string>());
        Assert.IsNotNull(app["functionAppConfig.scaleAndConcurrency.triggers.http.perInstanceConcurrency"]);
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Properties_ThatFlexConsumptionRefuses_AreNotSet(string example)
    {
        var app = Plan.Of(example).One("Microsoft.Web/sites");
        string[] refused =
        [
            "reserved", "isXenon", "containerSize", "siteConfig.alwaysOn", "siteConfig.ftpsState", "siteConfig.use32BitWorkerProcess", "siteConfig.linuxFxVersion",
            "siteConfig.windowsFxVersion", "siteConfig.netFrameworkVersion", "siteConfig.preWarmedInstanceCount", "siteConfig.functionAppScaleLimit",
            "siteConfig.minimumElasticInstanceCount", "siteConfig.functionsRuntimeScaleMonitoringEnabled", "siteConfig.vnetRouteAllEnabled", "siteConfig.appSettings",
        ];

        foreach (var property in refused)
        {
            Assert.IsNull(app[property], property);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void AlwaysReady_IsNoneOrTwoAtLeast(string example)
    {
        var ready = Plan.Of(example).One("Microsoft.Web/sites").Properties["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray();

        foreach (var group in ready)
        {
            Assert.AreEqual("http", group!["name"]!.GetValue<string>());
            Assert.IsGreaterThanOrEqualTo(2, group["instanceCount"]!.GetValue<int>());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Packages_AreReadByIdentity(string example)
    {
        var app = Plan.Of(example).One("Microsoft.Web/sites");

        Assert.AreEqual("UserAssignedIdentity", app["functionAppConfig.deployment.storage.authentication.type"]);
        Assert.IsNull(app["functionAppConfig.deployment.storage.authentication.storageAccountConnectionStringName"]);
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Limits_BodyAndDisk_FitTheInstance(string example)
    {
        var settings = Plan.Of(example).Settings;

        var body = long.Parse(settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"], CultureInfo.InvariantCulture);
        var told = long.Parse(settings["CURSORBROKER_BODY_LIMIT_MB"], CultureInfo.InvariantCulture);
        var spool = long.Parse(settings["CURSORBROKER_SPOOL_MB"], CultureInfo.InvariantCulture);
        Assert.AreEqual(told * 1024 * 1024, body, "Platform and broker must agree.");
        Assert.IsGreaterThanOrEqualTo(told, spool);
        Assert.IsLessThan(1000, spool, "An instance has less than 1 GB of temporary disk.");
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Settings_OfThePlatform_AreByIdentityAndNoneTooMany(string example)
    {
        var settings = Plan.Of(example).Settings;

        Assert.AreEqual("managedidentity", settings["AzureWebJobsStorage__credential"]);
        StringAssert.Contains(settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"], "Authorization=AAD");
        Assert.IsFalse(settings.ContainsKey("AzureWebJobsStorage"), "That would be a connection string.");
        Assert.IsFalse(settings.ContainsKey("FUNCTIONS_WORKER_RUNTIME"), "Flex Consumption refuses it.");
        Assert.IsFalse(settings.Keys.Any(static name => name.StartsWith("WEBSITE_", StringComparison.Ordinal)), "Those are the platform's own.");
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Attack_AStrangersLook_FindsNoPageOfThePlatform(string example) =>
        Assert.AreEqual("true", Plan.Of(example).Settings["AzureWebJobsDisableHomepage"], "It says what runs here, and in which version.");

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Telemetry_GoesNowhereElse(string example)
    {
        // The exporter reports on itself to addresses of Microsoft's own, which no private network lets through or should.
        Assert.AreEqual("true", Plan.Of(example).Settings["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"]);
        Assert.AreEqual("true", Plan.Of(example).Settings["APPLICATIONINSIGHTS_SDKSTATS_DISABLED"]);
    }

    [TestMethod]
    public void DurableState_FollowsTheParameter()
    {
        var storage = Plan.Of("evaluation");
        var scheduler = Plan.Of("private");
        const string Provider = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";

        Assert.AreEqual(("AzureStorage", "AzureWebJobsStorage", ""),
            (storage.Settings[Provider + "type"], storage.Settings[Provider + "connectionStringName"], storage.Settings["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"]));
        Assert.AreEqual(("azureManaged", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"),
            (scheduler.Settings[Provider + "type"], scheduler.Settings[Provider + "connectionStringName"]));
        StringAssert.Contains(scheduler.Settings["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"], "Authentication=ManagedIdentity");
        Assert.AreEqual(scheduler.One("Microsoft.DurableTask/schedulers/taskHubs").Name.Split('/')[^1], scheduler.Settings["AzureFunctionsJobHost__extensions__durableTask__hubName"]);
        Assert.IsEmpty(storage.All("Microsoft.DurableTask/schedulers"));
    }

    [TestMethod]
    public void Settings_AndReadmesTable_AreTheSame()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Bicep, "README.md"));
        var section = readme.Split("\n## ").Single(static section => section.StartsWith("Settings", StringComparison.Ordinal));

        var documented = Row().Matches(section).Select(static row => row.Groups[1].Value).Order(StringComparer.Ordinal);

        CollectionAssert.AreEqual(Plan.Of("team").Settings.Keys.Order(StringComparer.Ordinal).ToArray(), documented.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void Telemetry_TakesIdentitiesAlone(string example)
    {
        var plan = Plan.Of(example);

        Assert.AreEqual("true", plan.One("Microsoft.Insights/components")["DisableLocalAuth"]);
        Assert.AreEqual("100", plan.One("Microsoft.Insights/components")["SamplingPercentage"], "An audit is not sampled.");
        Assert.AreEqual("true", plan.One("Microsoft.OperationalInsights/workspaces")["features.disableLocalAuth"]);
        foreach (var mail in plan.All("Microsoft.Communication/communicationServices"))
        {
            Assert.AreEqual("true", mail["disableLocalAuth"]);
        }
    }

    [GeneratedRegex(@"^\| `([A-Za-z]\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
