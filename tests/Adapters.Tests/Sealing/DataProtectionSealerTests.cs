using System.Text;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Adapters.Tests.Sqlite;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Tests.Sealing;

[TestClass]
public sealed class DataProtectionSealerTests : IDisposable
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a token still to be revoked");

    private readonly TestData _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Unseal_WhatWasSealed_GivesItBack_AndTheSecretIsNotInIt()
    {
        await using var services = Services(_data);
        var sealer = services.GetRequiredService<ISecretSealer>();

        var box = sealer.Seal("revocation", Secret);

        Assert.AreEqual(-1, box.AsSpan().IndexOf(Secret));
        CollectionAssert.AreEqual(Secret, sealer.Unseal("revocation", box));
    }

    [TestMethod]
    public async Task Unseal_AfterARestartOnTheSameState_GivesItBack()
    {
        byte[] box;
        await using (var first = Services(_data))
        {
            box = first.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);
        }

        await using var second = Services(_data);
        CollectionAssert.AreEqual(Secret, second.GetRequiredService<ISecretSealer>().Unseal("revocation", box));
    }

    [TestMethod]
    public async Task Unseal_ForAnotherPurpose_IsNull()
    {
        await using var services = Services(_data);
        var sealer = services.GetRequiredService<ISecretSealer>();

        Assert.IsNull(sealer.Unseal("snapshot", sealer.Seal("revocation", Secret)));
    }

    [TestMethod]
    public async Task Unseal_AnyByteChanged_IsNull()
    {
        await using var services = Services(_data);
        var sealer = services.GetRequiredService<ISecretSealer>();
        var box = sealer.Seal("revocation", Secret);
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Assert.IsNull(sealer.Unseal("revocation", changed), $"byte {i}");
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(10)]
    public async Task Unseal_TooLittle_IsNull(int length)
    {
        await using var services = Services(_data);

        Assert.IsNull(services.GetRequiredService<ISecretSealer>().Unseal("revocation", new byte[length]));
    }

    [TestMethod]
    public async Task Unseal_WhatAnotherBrokersKeysSealed_IsNull()
    {
        using var other = new TestData();
        await using var theirs = Services(other);
        await using var ours = Services(_data);

        Assert.IsNull(ours.GetRequiredService<ISecretSealer>().Unseal("revocation", theirs.GetRequiredService<ISecretSealer>().Seal("revocation", Secret)));
    }

    [TestMethod]
    public async Task KeyRing_RestsInState_AndNeverExpiresThere()
    {
        await using var services = Services(_data);
        _ = services.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);

        var keys = await services.GetRequiredService<IStateStore>().ListAsync(StateXmlRepository.Collection, CancellationToken.None).ToListAsync();

        Assert.HasCount(1, keys);
        Assert.IsNull(keys[0].Expires);
    }

    [TestMethod]
    public void SealAndUnseal_WhenStateIsDown_AreUnavailable_NotForged()
    {
        byte[] box;
        using (var working = Services(_data))
        {
            box = working.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);
        }

        File.Delete(_data.State);
        _ = Directory.CreateDirectory(_data.State);
        using var services = Services(_data);
        var sealer = services.GetRequiredService<ISecretSealer>();

        _ = Assert.ThrowsExactly<StateUnavailableException>(() => sealer.Unseal("revocation", box));
        _ = Assert.ThrowsExactly<StateUnavailableException>(() => sealer.Seal("revocation", Secret));
    }

    private static ServiceProvider Services(TestData data)
    {
        var services = new ServiceCollection().AddLogging().AddSqliteStores(data.Path);
        _ = services.AddSealing();
        return services.BuildServiceProvider();
    }
}
