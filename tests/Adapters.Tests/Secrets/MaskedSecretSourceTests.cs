using CursorBroker.Adapters.Secrets;
using CursorBroker.Core.Masking;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Adapters.Tests.Secrets;

/// <summary>The host's own secrets never show in an answer, once they were read.</summary>
[TestClass]
public sealed class MaskedSecretSourceTests
{
    private const string Secret = "7G#kq0PzLw-a-mail-password";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    public async Task Secret_Read_IsMaskedByValueForAsLongAsItIsRead()
    {
        var known = new KnownSecrets(_time);
        var source = new MaskedSecretSource(new EnvironmentSecretSource(static _ => Secret), known, _time);
        Assert.Contains(Secret, Mask(known));

        for (var day = 0; day < 5; day++)
        {
            Assert.AreEqual(Secret, await source.ReadAsync("mail", CancellationToken.None));
            Assert.DoesNotContain(Secret, Mask(known));
            _time.Advance(TimeSpan.FromDays(1));
            Assert.DoesNotContain(Secret, Mask(known));
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Contains(Secret, Mask(known));
    }

    [TestMethod]
    public async Task Secret_ThatIsNotThere_IsNotThere() =>
        Assert.IsNull(await new MaskedSecretSource(new EnvironmentSecretSource(static _ => null), new KnownSecrets(_time), _time).ReadAsync("mail", CancellationToken.None));

    private static string Mask(KnownSecrets known) => new TextMasker(MaskRules.Default, MaskKey.Create(), known).Mask($"it is {Secret}.")!;
}
