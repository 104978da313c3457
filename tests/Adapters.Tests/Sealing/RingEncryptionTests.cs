using System.Text;
using CursorBroker.Adapters.Sealing;
using CursorBroker.Adapters.Sqlite;
using CursorBroker.Adapters.Tests.Sqlite;
using CursorBroker.Core.State;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Tests.Sealing;

/// <summary>The key ring where a host has a place for secrets: State alone opens nothing.</summary>
[TestClass]
public sealed class RingEncryptionTests : IDisposable, ISecretSource
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a token still to be revoked");

    private readonly TestData _data = new();
    private Func<string?> _vault = static () => Key(1);

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Attack_SomebodyWhoReadsState_FindsNoKeyThere()
    {
        await using var services = Services();
        _ = services.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);

        var ring = await services.GetRequiredService<IStateStore>().ListAsync(StateXmlRepository.Collection, CancellationToken.None).ToListAsync();

        var text = Encoding.UTF8.GetString(ring.Single().Value.Span);
        Assert.DoesNotContain("masterKey", text);
        Assert.DoesNotContain("unencrypted", text);
        StringAssert.Contains(text, $"<{RingEncryptor.Element} ", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Unseal_OnAnotherInstance_WithTheSameSecret_GivesItBack()
    {
        byte[] box;
        await using (var first = Services())
        {
            box = first.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);
        }

        await using var second = Services();
        CollectionAssert.AreEqual(Secret, second.GetRequiredService<ISecretSealer>().Unseal("revocation", box));
    }

    [TestMethod]
    public async Task Attack_TheRingWithoutItsSecret_OpensNothing()
    {
        byte[] box;
        await using (var first = Services())
        {
            box = first.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);
        }

        _vault = static () => Key(2);
        await using var second = Services();
        Assert.IsNull(second.GetRequiredService<ISecretSealer>().Unseal("revocation", box));
    }

    [TestMethod]
    public async Task SealAndUnseal_WhenTheSecretCannotBeRead_AreUnavailable_NotForged()
    {
        byte[] box;
        await using (var first = Services())
        {
            box = first.GetRequiredService<ISecretSealer>().Seal("revocation", Secret);
        }

        _vault = static () => throw new SecretUnavailableException("the vault is down");
        await using var second = Services();
        var sealer = second.GetRequiredService<ISecretSealer>();
        _ = Assert.ThrowsExactly<StateUnavailableException>(() => sealer.Unseal("revocation", box));
        _ = Assert.ThrowsExactly<StateUnavailableException>(() => sealer.Seal("revocation", Secret));
    }

    [TestMethod]
    [DataRow(null, "is not there")]
    [DataRow("", "is not a key")]
    [DataRow("correct horse battery staple", "is not a key")]
    [DataRow("AAAA", "is not a key")]
    public async Task Seal_NoProperSecret_IsRefusedWithWords(string? value, string expected)
    {
        _vault = () => value;
        await using var services = Services();

        var refused = Assert.ThrowsExactly<StateUnavailableException>(() => services.GetRequiredService<RingSecret>().Read());

        StringAssert.Contains(refused.Message, expected, StringComparison.Ordinal);
        StringAssert.Contains(refused.Message, "openssl rand -base64 32", StringComparison.Ordinal);
        _ = Assert.ThrowsExactly<StateUnavailableException>(() => services.GetRequiredService<ISecretSealer>().Seal("revocation", Secret));
    }

    ValueTask<string?> ISecretSource.ReadAsync(string name, CancellationToken cancellationToken)
    {
        Assert.AreEqual("state-key", name);
        return ValueTask.FromResult(_vault());
    }

    private static string Key(byte filled) => Convert.ToBase64String(Enumerable.Repeat(filled, RingSecret.KeyBytes).ToArray());

    private ServiceProvider Services()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<ISecretSource>(this).AddSqliteStores(_data.Path);
        _ = services.AddSealing().ProtectKeysWithSecret("state-key");
        return services.BuildServiceProvider();
    }
}
