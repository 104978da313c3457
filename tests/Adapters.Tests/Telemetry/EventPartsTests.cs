using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using CursorBroker.Adapters.Telemetry;
using CursorBroker.Core.Audit;

namespace CursorBroker.Adapters.Tests.Telemetry;

/// <summary>Audit events within Application Insights' limits, nothing left out.</summary>
[TestClass]
public sealed class EventPartsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public void Of_SmallEvent_IsOnePartWithItsJsonsProperties()
    {
        var decided = new OperationDecided("p", "git.push", "acme/pay", "contents:write", null, "deny", "no \"rule\"", "v1", ["one", "two"]) { At = At, Request = "r-1", Session = "s-1" };

        var part = EventParts.Of(decided).Single();

        Assert.AreEqual(("operation.decided", 210, "s-1"), (part.Name, part.Id, part.Session));
        CollectionAssert.AreEquivalent(
            new Dictionary<string, string>
            {
                ["event"] = "operation.decided",
                ["id"] = "210",
                ["at"] = "2026-11-20T12:00:00.0000000Z",
                ["request"] = "r-1",
                ["session"] = "s-1",
                ["person"] = "p",
                ["operation"] = "git.push",
                ["target"] = "acme/pay",
                ["needs"] = "contents:write",
                ["outcome"] = "deny",
                ["reason"] = "no \"rule\"",
                ["policy"] = "v1",
                ["trace"] = """["one","two"]""",
            },
            part.Properties.ToDictionary());
    }

    [TestMethod]
    public void Of_NumbersAndTruthValues_AreTheirJson()
    {
        var part = EventParts.Of(new ExchangeCompleted(200, null, 1, 2_000_000_000_000, 3, true, null, []) { At = At }).Single();
        Assert.AreEqual("2000000000000", part.Properties["bytesOut"]);
        Assert.AreEqual("true", part.Properties["unmasked"]);
        Assert.IsFalse(part.Properties.ContainsKey("failure"));
    }

    [TestMethod]
    [DataRow(8191)]
    [DataRow(8192)]
    [DataRow(8193)]
    [DataRow(16385)]
    public void Of_LongValue_GoesOnInNumberedProperties(int length)
    {
        var reason = new string('x', length);
        var part = EventParts.Of(Decided(reason)).Single();
        Assert.AreEqual(Math.Min(length, 8192), part.Properties["reason"].Length);
        Assert.AreEqual((length + 8191) / 8192, part.Properties.Keys.Count(static key => key.StartsWith("reason", StringComparison.Ordinal)));
        Assert.AreEqual(reason, Join([part], "reason"));
    }

    [TestMethod]
    public void Of_CharacterAtTheBorder_IsNotCutInTwo()
    {
        var reason = new string('x', 8191) + "😀" + new string('y', 10);
        var part = EventParts.Of(Decided(reason)).Single();
        Assert.AreEqual(8191, part.Properties["reason"].Length);
        Assert.StartsWith("😀", part.Properties["reason.2"]);
    }

    [TestMethod]
    public void Of_AnyEvent_IsWithinEveryLimitAndWhole() =>
        Gen.Select(Gen.String[0, 30_000], Gen.Char.Array[0, 20_000], Gen.Int[0, 200], (reason, letters, lines) => (reason, letters, lines)).Sample(
            static input =>
            {
                // Lone surrogates are no text; the audit's own JSON replaces them before they get here.
                var decided = Decided(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(input.reason)), [.. Enumerable.Repeat(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(input.letters)), input.lines)]);
                var parts = EventParts.Of(decided);
                using var json = JsonDocument.Parse(AuditJson.Serialize(decided));

                Check(parts);
                Assert.AreEqual(json.RootElement.GetProperty("reason").GetString(), Join(parts, "reason"));
                Assert.AreEqual(json.RootElement.GetProperty("trace").GetRawText(), Join(parts, "trace"));
            },
            iter: 30);

    [TestMethod]
    public void Of_LargestEventThereCanBe_FitsTheExportersQueue()
    {
        var parts = EventParts.Of(Decided("", [.. Enumerable.Repeat(new string('<', 1000), LedgerChain.MaxPayloadBytes / 6100)]));
        Check(parts);
        Assert.IsLessThan(2048 - EventSender.FlushEvery, parts.Count);
    }

    [TestMethod]
    public void Of_EveryKindOfEvent_HasNamesThatFit()
    {
        foreach (var kind in typeof(AuditEvent).GetCustomAttributes<JsonDerivedTypeAttribute>())
        {
            var happened = (AuditEvent)RuntimeHelpers.GetUninitializedObject(kind.DerivedType);
            foreach (var list in kind.DerivedType.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(static field => field.FieldType == typeof(ImmutableArray<string>)))
            {
                list.SetValue(happened, ImmutableArray.Create("x"));
            }

            if (happened is AnswerMasked masked)
            {
                happened = masked with { Counts = [new("a", "mask", 1)], Findings = [new("a", "mask", "body", 0, 1, 1, 1, "d")] };
            }

            var part = EventParts.Of(happened).Single();
            Assert.AreEqual(kind.TypeDiscriminator, part.Name);
            Assert.IsTrue(part.Properties.Keys.All(static key => !key.Contains('.', StringComparison.Ordinal)), "A name with a dot might be another's continuation.");
        }
    }

    internal static void Check(IReadOnlyList<CustomEvent> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            Assert.IsLessThanOrEqualTo(64 * 1024 - 2048, JsonSerializer.SerializeToUtf8Bytes(part.Properties).Length);
            Assert.IsTrue(part.Properties.All(static pair => pair.Key.Length <= 150 && pair.Value.Length <= 8192));
            Assert.AreEqual(parts.Count > 1, part.Properties.TryGetValue("part", out var number));
            Assert.AreEqual(parts.Count > 1 ? $"{i + 1}" : null, number);
            Assert.AreEqual(parts.Count > 1 ? $"{parts.Count}" : null, part.Properties.GetValueOrDefault("parts"));
            Assert.AreEqual("operation.decided", part.Properties["event"]);
            Assert.AreEqual("s-1", part.Properties["session"]);
        }
    }

    /// <summary>What a reader does: all parts in order, in each the name and its numbered continuations.</summary>
    internal static string Join(IEnumerable<CustomEvent> parts, string name) => Join(parts.Select(static part => part.Properties), name);

    internal static string Join(IEnumerable<IReadOnlyDictionary<string, string>> parts, string name)
    {
        var whole = new StringBuilder();
        foreach (var part in parts)
        {
            for (var i = 1; part.TryGetValue(i == 1 ? name : $"{name}.{i}", out var piece); i++)
            {
                whole.Append(piece);
            }
        }

        return whole.ToString();
    }

    internal static OperationDecided Decided(string reason, ImmutableArray<string>? trace = null) =>
        new("p", "git.push", "acme/pay", "contents:write", null, "deny", reason, "v1", trace ?? ["one"]) { At = At, Request = "r-1", Session = "s-1" };
}
