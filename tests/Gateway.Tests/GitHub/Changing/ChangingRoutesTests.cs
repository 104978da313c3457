using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.GitHub.Rest.Changing;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.Tests.GitHub.Changing;

[TestClass]
public sealed class ChangingRoutesTests
{
    [TestMethod]
    public void EveryRouteThatChangesSomething_IsKnownHere_AndNoOther()
    {
        using var services = new ServiceCollection().AddRestChanges().BuildServiceProvider();
        var known = services.GetServices<IChange>().SelectMany(static change => change.Routes).Order(StringComparer.Ordinal).ToArray();
        var listed = ApiRoutes.GitHub.All.Where(static route => route.Kind == ApiRouteKind.Changes).Select(static route => route.Id).Order(StringComparer.Ordinal).ToArray();

        CollectionAssert.AreEqual(listed, known, $"only listed: {string.Join(", ", listed.Except(known))}; only known: {string.Join(", ", known.Except(listed))}");
    }
}
