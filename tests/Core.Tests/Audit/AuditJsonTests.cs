using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Tests.Audit;

[TestClass]
public sealed class AuditJsonTests
{
    [TestMethod]
    [DynamicData(nameof(AuditEventSamples.Rows), typeof(AuditEventSamples))]
    public void Serialize_EachKind_IsPinnedByteForByte(AuditEvent auditEvent, string json) =>
        Assert.AreEqual(json, Encoding.UTF8.GetString(AuditJson.Serialize(auditEvent)));

    [TestMethod]
    [DynamicData(nameof(AuditEventSamples.Rows), typeof(AuditEventSamples))]
    public void Deserialize_EachKind_GivesTheSameEventBack(AuditEvent auditEvent, string json)
    {
        var read = AuditJson.Deserialize(Encoding.UTF8.GetBytes(json));

        Assert.IsNotNull(read);
        Assert.AreEqual(auditEvent.GetType(), read.GetType());
        Assert.AreEqual(json, Encoding.UTF8.GetString(AuditJson.Serialize(read)));
    }

    [TestMethod]
    public void Kinds_EveryEventType_IsRegisteredAndHasARowHere()
    {
        var types = typeof(AuditEvent).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(AuditEvent))).ToHashSet();
        var registered = typeof(AuditEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().ToList();

        Assert.IsTrue(types.SetEquals(registered.Select(static kind => kind.DerivedType)), "A kind of event is not registered for JSON.");
        Assert.IsTrue(types.SetEquals(AuditEventSamples.All.Select(static sample => sample.Event.GetType())), "A kind of event has no pinned row.");
        Assert.HasCount(registered.Count, registered.Select(static kind => kind.TypeDiscriminator).Distinct());
        Assert.HasCount(types.Count, AuditEventSamples.All.Select(static sample => sample.Event.Id).Distinct());
    }

    [TestMethod]
    [DataRow("a\nb", DisplayName = "A line break would forge a second record")]
    [DataRow("\"},{\"event\":\"broker.stopped", DisplayName = "A quote would end the string")]
    [DataRow("\u001b[2J\u001b]0;x\u0007", DisplayName = "Terminal sequences")]
    [DataRow("\u009b31m", DisplayName = "8-bit control sequence introducer")]
    [DataRow("main\u202egnp.exe", DisplayName = "Right-to-left override")]
    [DataRow("Zoë 😀", DisplayName = "Ordinary names survive")]
    public void Serialize_HostileText_IsPlainAsciiAndComesBackWhole(string text)
    {
        var json = AuditJson.Serialize(new PolicyLoaded("v", text) { At = DateTimeOffset.UnixEpoch });

        Assert.IsTrue(json.All(static b => b is >= 0x20 and < 0x7f));
        Assert.AreEqual(text, ((PolicyLoaded)AuditJson.Deserialize(json)!).Source);
        using var document = JsonDocument.Parse(json);
        Assert.AreEqual("policy.loaded", document.RootElement.GetProperty("event").GetString());
    }

    [TestMethod]
    public void Serialize_LoneSurrogate_StillRecordsTheEvent()
    {
        // A caller can send one as a JSON escape; it must not be able to make its own request unrecordable or break the form.
        var json = AuditJson.Serialize(new PolicyLoaded("v", "a\ud800b") { At = DateTimeOffset.UnixEpoch });

        Assert.AreEqual("a\ufffdb", ((PolicyLoaded)AuditJson.Deserialize(json)!).Source);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("not json")]
    [DataRow("{}")]
    [DataRow("""{"event":"from.the.future","id":999}""")]
    [DataRow("""{"event":"broker.stopped","at":"yesterday","instance":"x"}""")]
    public void Deserialize_WhatIsNoKnownEvent_IsNull(string payload) =>
        Assert.IsNull(AuditJson.Deserialize(Encoding.UTF8.GetBytes(payload)));
}
