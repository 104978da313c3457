using System.Reflection;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Core.Operations;
using CursorBroker.Gateway;
using CursorBroker.Sandbox;

namespace CursorBroker.EndToEnd.Tests.Conventions;

/// <summary>Dependencies point inward: hosts to Gateway and Adapters, those to Core, and the sandbox to nothing of the product.</summary>
[TestClass]
public sealed class HouseTests
{
    [TestMethod]
    [DataRow(typeof(Operation), "", DisplayName = "Core knows nobody")]
    [DataRow(typeof(GatewayEndpoints), "CursorBroker.Core", DisplayName = "Gateway knows Core, not the adapters")]
    [DataRow(typeof(SqliteServices), "CursorBroker.Core", DisplayName = "Adapters know Core, not the gateway")]
    [DataRow(typeof(SandboxWorld), "", DisplayName = "Sandbox plays the outside world")]
    public void Assembly_OfTheHouse_ReferencesOnly(Type inside, string allowed)
    {
        var own = inside.Assembly.GetReferencedAssemblies()
            .Select(static name => name.Name!)
            .Where(static name => name.StartsWith("CursorBroker.", StringComparison.Ordinal) || name == "cursor-broker");

        Assert.AreEqual(allowed, string.Join(",", own));
    }

    [TestMethod]
    public void Rooms_OfDifferentProtocols_DoNotKnowEachOther()
    {
        var gateway = typeof(GatewayEndpoints).Assembly;
        var rooms = gateway.GetTypes()
            .Where(static type => type.Namespace is not null)
            .GroupBy(static type => type.Namespace!.Split('.').ElementAtOrDefault(2) ?? "")
            .Where(static group => group.Key is not ("" or "Pipeline" or "Health" or "Recording" or "SignIn" or "Inspecting" or "Limits"))
            .ToDictionary(static group => group.Key, static group => group.ToArray());

        Assert.IsTrue(rooms.ContainsKey("Git"), "There is a git room.");
        foreach (var (room, types) in rooms)
        {
            var others = rooms.Keys.Where(other => other != room).Select(other => $"CursorBroker.Gateway.{other}").ToArray();
            var used = types.SelectMany(UsedTypes).Where(type => others.Any(other => type.Namespace is { } name && (name == other || name.StartsWith(other + ".", StringComparison.Ordinal))));
            Assert.AreEqual("", string.Join(", ", used.Select(static type => type.FullName).Distinct()), $"{room} reaches into another room.");
        }
    }

    private static IEnumerable<Type> UsedTypes(Type type)
    {
        const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return type.GetFields(Everything).Select(static field => field.FieldType)
            .Concat(type.GetMethods(Everything).SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.GetConstructors(Everything).SelectMany(static constructor => constructor.GetParameters().Select(static parameter => parameter.ParameterType)));
    }
}
