using System.Text;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Azurite.Tests;

/// <summary>The key ring of data protection, kept in State by several instances.</summary>
[TestClass]
public sealed class KeyRingTests
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a token still to be revoked");

    [TestMethod]
    public async Task Instances_StartingAtOnceOnNothing_OpenWhatTheOthersSealed()
    {
        await using var world = await World.StartAsync();
        var sealers = Enumerable.Range(0, 4)
            .Select(_ => world.Open(more: static services => services.AddSealing()).Services.GetRequiredService<ISecretSealer>())
            .ToArray();

        var boxes = await Task.WhenAll(sealers.Select(sealer => Task.Run(() => sealer.Seal("revocation", Secret))));

        foreach (var sealer in sealers)
        {
            foreach (var box in boxes)
            {
                CollectionAssert.AreEqual(Secret, sealer.Unseal("revocation", box));
            }
        }

        var later = world.Open(more: static services => services.AddSealing()).Services.GetRequiredService<ISecretSealer>();
        Assert.IsTrue(boxes.All(box => Secret.AsSpan().SequenceEqual(later.Unseal("revocation", box))));
    }

    [TestMethod]
    public async Task Seal_WithStateDown_IsUnavailable()
    {
        await using var world = await World.StartAsync();
        var instance = world.Open(more: static services => services.AddSealing());
        instance.Faults.Decide = static _ => Fault.RequestLost;

        _ = Assert.ThrowsExactly<StateUnavailableException>(
            () => instance.Services.GetRequiredService<ISecretSealer>().Seal("revocation", Secret));
    }
}
