using CursorBroker.Core.Audit;

namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>The world of every test that needs none of its own. Whatever those tests did to it, it must have no bug to confess.</summary>
[TestClass]
public static class SharedWorld
{
    private static World? _instance;

    internal static World Instance => _instance ?? throw new InvalidOperationException("The assembly is not initialized.");

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context) => _instance = await World.StartAsync(context.CancellationToken, Policies.Everyday);

    [AssemblyCleanup]
    public static async Task StopAsync(TestContext context)
    {
        await using var world = Instance;
        var verification = await Ledgers.VerifyAsync(world.Broker.LedgerReader, context.CancellationToken);
        Assert.IsTrue(verification.IsIntact, verification.Problem?.Detail);
        var bugs = (await world.EventsAsync(context.CancellationToken)).OfType<RequestRefused>().Where(static refused => refused.Status == 500).ToList();
        Assert.AreEqual("", string.Join(Environment.NewLine, bugs), "The broker failed in a way nobody foresaw.");
    }
}
