using System.Reflection;
using CursorBroker.FunctionApp.Approvals;
using CursorBroker.FunctionApp.Triggers;
using CursorBroker.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace CursorBroker.FunctionApp.Tests;

/// <summary>The platform's way of routing, and that it comes to the Gateway's own.</summary>
[TestClass]
public sealed class TriggerTests
{
    private static readonly (string Name, HttpTriggerAttribute Trigger)[] Functions =
    [
        .. from method in typeof(DurableRuns).Assembly.GetTypes().SelectMany(static type => type.GetMethods())
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           from parameter in method.GetParameters()
           let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
           where trigger is not null
           orderby function.Name.ToUpperInvariant()
           select (function.Name, trigger),
    ];

    [TestMethod]
    public async Task Functions_AreTheGatewaysRoutes_NoneMissing_NoneAdded()
    {
        await using var local = WebApplication.CreateSlimBuilder().Build();
        local.MapBroker();
        var routes = ((IEndpointRouteBuilder)local).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Order == 0)
            .Select(static endpoint => Normal(endpoint.RoutePattern.RawText!));

        CollectionAssert.AreEquivalent(routes.ToArray(), Functions.Select(static function => Normal(function.Trigger.Route!)).ToArray());
    }

    [TestMethod]
    public void Functions_AreAnonymousToThePlatform_WithTheirVerbsListed()
    {
        foreach (var (name, trigger) in Functions)
        {
            Assert.AreEqual(AuthorizationLevel.Anonymous, trigger.AuthLevel, name);
            Assert.IsNotEmpty(trigger.Methods!, name);
        }
    }

    [TestMethod]
    public void Route_ThatTakesTheRest_ComesAfterThoseItWouldHide()
    {
        for (var i = 0; i < Functions.Length; i++)
        {
            if (Functions[i].Trigger.Route!.Split("{*") is [var below, _])
            {
                Assert.AreEqual("", string.Join(", ", Functions.Skip(i + 1).Where(later => (later.Trigger.Route + "/").StartsWith(below, StringComparison.Ordinal)).Select(static later => later.Name)));
            }
        }
    }

    [TestMethod]
    public void Route_OfThePlatform_IsTakenByNone()
    {
        foreach (var (name, trigger) in Functions)
        {
            var first = trigger.Route!.Split('/')[0];
            Assert.IsFalse(first is "admin" or "runtime", name);
            Assert.DoesNotStartWith("{*", first, name);
        }
    }

    private static string Normal(string route) => route == Setup.Root ? "" : route.TrimStart('/').Replace("{**", "{*", StringComparison.Ordinal);
}
