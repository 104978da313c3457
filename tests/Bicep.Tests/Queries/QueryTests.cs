using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CursorBroker.Bicep.Tests.Support;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Audit;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Bicep.Tests.Queries;

/// <summary>Alerts and workbook ask only for what the audit emits: a renamed event or field would leave them silent, not broken.</summary>
[TestClass]
public sealed partial class QueryTests
{
    /// <summary>Every event's name and its fields, as the JSON form has them.</summary>
    private static readonly Dictionary<string, HashSet<string>> Events = typeof(AuditEvent)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(
            static derived => (string)derived.TypeDiscriminator!,
            static derived => derived.DerivedType.GetProperties().Select(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet());

    /// <summary>Fields that hold one of a fixed set of words.</summary>
    private static readonly Dictionary<string, string[]> Words = new()
    {
        ["stage"] = [.. Enum.GetNames<Stage>().Select(static name => name.ToLowerInvariant())],
        ["kind"] = Enum.GetNames<RefusalKind>(),
        ["outcome"] = ["allow", "deny", "needs-approval"],
        ["status"] = Enum.GetNames<ApprovalStatus>(),
    };

    public static IEnumerable<object[]> Names => Query.All.Select(static query => new object[] { query.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Query_EveryPart_NamesItsEventsFirst(string name)
    {
        var query = Query.All.Single(query => query.Name == name);

        Assert.IsTrue(query.Parts.Any() || query.Metrics.Length > 0, "It asks for nothing.");
        foreach (var part in query.Parts)
        {
            StringAssert.Matches(part.TrimStart(), FirstLine(), $"In the words that this test understands: {part}");
            Assert.IsNotEmpty(Query.EventsOf(part));
        }

        Assert.IsFalse(OtherForms().IsMatch(query.Code), "Fields are written customDimensions.field, strings in single quotes, and only customEvents and customMetrics are asked.");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Query_EventsAndFields_AreTheAuditsOwn(string name)
    {
        foreach (var part in Query.All.Single(query => query.Name == name).Parts)
        {
            var events = Query.EventsOf(part);
            foreach (var one in events)
            {
                Assert.IsTrue(Events.ContainsKey(one), $"{name}: there is no event {one}.");
            }

            foreach (var field in Query.FieldsOf(part))
            {
                Assert.IsTrue(events.Any(one => Events[one].Contains(field)), $"{name}: none of {string.Join(", ", events)} has a field {field}.");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Query_Metrics_AreTheBrokersOwn(string name)
    {
        foreach (var metric in Query.All.Single(query => query.Name == name).Metrics)
        {
            var measured = Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories)
                .Any(file => File.ReadAllText(file).Contains($"\"{metric}\"", StringComparison.Ordinal));

            Assert.IsTrue(measured, $"{name}: nothing measures {metric}.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Query_ComparedValues_CanOccur(string name)
    {
        foreach (var (field, value) in Query.All.Single(query => query.Name == name).Parts.SelectMany(Query.ComparisonsOf))
        {
            Assert.IsTrue(Words.TryGetValue(field, out var words), $"{name}: add the words of {field} to this test.");
            CollectionAssert.Contains(words, value, $"{name}: {field} is never {value}.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Query_IsAskedByAlertsOrWorkbook(string name)
    {
        var plan = Plan.Of("team");
        var text = Query.All.Single(query => query.Name == name).Text;

        var asked = plan.All("Microsoft.Insights/scheduledQueryRules")
            .Select(static alert => alert.Properties["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>())
            .Append(plan.One("Microsoft.Insights/workbooks")["serializedData"]!);

        Assert.IsTrue(asked.Any(query => query == text || query.Contains(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), StringComparison.Ordinal)), name);
    }

    [TestMethod]
    public void Alerts_AreAllDrawnFromTheFiles()
    {
        var files = Query.All.Select(static query => query.Text).ToHashSet();

        foreach (var alert in Plan.Of("team").All("Microsoft.Insights/scheduledQueryRules"))
        {
            Assert.IsTrue(files.Contains(alert.Properties["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>()), alert.Name);
            Assert.AreEqual("true", alert["enabled"]);
        }
    }

    [TestMethod]
    public void Alerts_WithAddresses_TellPeople()
    {
        foreach (var alert in Plan.Of("team").All("Microsoft.Insights/scheduledQueryRules"))
        {
            Assert.HasCount(1, alert.Properties["actions"]!["actionGroups"]!.AsArray(), alert.Name);
        }
    }

    [GeneratedRegex(@"^\| where name (== '[^']+'|in \([^)]+\))\s")]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"customDimensions\[|""|\b(traces|requests|exceptions|dependencies|AppEvents|AppTraces|union)\b")]
    private static partial Regex OtherForms();
}
