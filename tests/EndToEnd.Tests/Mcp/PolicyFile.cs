using CursorBroker.Core.Audit;
using CursorBroker.EndToEnd.Tests.Support;

namespace CursorBroker.EndToEnd.Tests.Mcp;

/// <summary>Edits the policy of a world of one's own.</summary>
internal static class PolicyFile
{
    public static async Task ChangeAsync(World world, string policy, CancellationToken cancellationToken)
    {
        Assert.AreNotEqual(Policies.Everyday, policy, "The edit changes nothing.");
        await File.WriteAllTextAsync(world.Broker.PolicyPath + ".new", policy, cancellationToken);
        File.Move(world.Broker.PolicyPath + ".new", world.Broker.PolicyPath, overwrite: true);
        await Eventually.TrueAsync(async () => (await world.EventsAsync(cancellationToken)).OfType<PolicyLoaded>().Count() == 2, "the edit is in force", cancellationToken);
    }
}
