using System.Buffers;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Streams;
using CursorBroker.Core.Operations;
using static CursorBroker.Core.Tests.Credentials.CredentialWorld;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>A token of the broker's is masked wherever it turns up, whatever it looks like.</summary>
[TestClass]
public sealed class KnownTokenTests
{
    private static readonly MaskRules NoRules = MaskRules.Compile("version: 1\nrules: []").Rules!;

    [TestMethod]
    public async Task Token_Minted_IsKnownBeforeItIsHandedOut()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();

        foreach (var permissions in new[] { PermissionSet.ContentsRead, PermissionSet.ContentsWrite })
        {
            var lease = await LeaseAsync(keeper, permissions: permissions);

            Assert.IsTrue(Masks(world.Known, lease.Credential.Reveal()));
        }
    }

    [TestMethod]
    public async Task Token_OfAnotherInstance_IsKnownWithTheNextSweep()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Run();
        var lease = await LeaseAsync(keeper);
        var other = new Sweep(world);
        Assert.IsFalse(Masks(other.Known, lease.Credential.Reveal()));

        await other.OnceAsync();

        Assert.IsTrue(Masks(other.Known, lease.Credential.Reveal()));
        Assert.HasCount(1, world.Mint.Alive, "and lives");
    }

    [TestMethod]
    public async Task Token_ThatHasExpired_IsForgotten()
    {
        await using var world = new CredentialWorld();
        using var keeper = world.Idle();
        var lease = await LeaseAsync(keeper);

        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.IsFalse(Masks(world.Known, lease.Credential.Reveal()));
    }

    private static bool Masks(KnownSecrets known, string token)
    {
        using var masker = new StreamMasker(NoRules, MaskKey.Create(), known);
        var output = new ArrayBufferWriter<byte>();
        masker.Push(Encoding.UTF8.GetBytes($"it is {token}."), end: true, output);
        return !Encoding.UTF8.GetString(output.WrittenSpan).Contains(token, StringComparison.Ordinal);
    }
}
