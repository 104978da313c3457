using System.Security.Cryptography;
using System.Text;
using CsCheck;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Masking.Known;
using CursorBroker.Core.Masking.Streams;
using Microsoft.Extensions.Time.Testing;

namespace CursorBroker.Core.Tests.Masking;

[TestClass]
public sealed class KnownSecretsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    public void Value_LongerThanAPiece_IsMaskedToItsEnd()
    {
        var value = Random(25 * 1024);
        var known = Known(value);

        var masked = Masked.Whole(MaskRules.Default, $"a {value} z", known);

        Assert.AreEqual(0, Shared(value, masked[2..^2]), "characters that stayed, but for chance, in rows of eight");
        Assert.AreEqual("a ", masked[..2]);
        Assert.AreEqual(" z", masked[^2..]);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Value_LongAndInBase64_LeavesNoMoreThanTheJoints(int before)
    {
        var value = Random(4000);
        var encoded = Convert.ToBase64String([.. new byte[before], .. Encoding.ASCII.GetBytes(value)]);

        var masked = Masked.Whole(MaskRules.Default, encoded, Known(value));

        var stayed = encoded.Zip(masked).Count(static pair => pair.First == pair.Second);
        Assert.IsLessThan(encoded.Length / 16, stayed, $"{stayed} of {encoded.Length} characters");
    }

    [TestMethod]
    public void Value_TooLong_IsRefused() => Assert.IsFalse(new KnownSecrets(_time).TryAdd(Random(KnownSecrets.Longest + 1), DateTimeOffset.MaxValue));

    [TestMethod]
    public void Values_AnyTextAndCut_AreFoundAsByComparing() => Gen.Select(
        Gen.String[Gen.Char["abcd"], 12, 40].Array[1, 6], Gen.String[Gen.Char["abcd"], 0, 20].Array[7], Gen.Int[1, 90], Gen.Bool).Sample((values, between, size, end) =>
    {
        var forms = new KnownForms();
        foreach (var value in values)
        {
            forms.Add(Encoding.ASCII.GetBytes(value));
        }

        var text = string.Concat(between.Zip([.. values, ""], static (first, second) => first + second));
        text = text[..Math.Min(text.Length, size * 2)];
        var bytes = Encoding.ASCII.GetBytes(text);
        var found = new HashSet<(int, int)>();
        var open = end ? bytes.Length : forms.OpenFrom(bytes, 0);
        forms.Find(bytes, 0, (from, to) => found.Add((from, to)));

        var expected = values.SelectMany(value => Enumerable.Range(0, text.Length).Where(at => text.AsSpan(at).StartsWith(value, StringComparison.Ordinal)).Select(at => (at, at + value.Length))).ToHashSet();
        Assert.IsTrue(expected.SetEquals(found), $"{text}: {string.Join(", ", values)}");
        if (!end)
        {
            var first = Enumerable.Range(0, text.Length).FirstOrDefault(at => values.Any(value => value.Length > text.Length - at && value.StartsWith(text[at..], StringComparison.Ordinal)), text.Length);
            Assert.AreEqual(first, open, $"{text}: {string.Join(", ", values)}");
        }
    });

    [TestMethod]
    public void Values_Expired_AreForgottenAndTheOthersStay()
    {
        var known = new KnownSecrets(_time);
        var (late, early) = (Random(40), Enumerable.Range(0, 50).Select(static _ => Random(40)).ToArray());
        Assert.IsTrue(known.TryAdd(late, _time.GetUtcNow().AddHours(2)));
        foreach (var value in early)
        {
            Assert.IsTrue(known.TryAdd(value, _time.GetUtcNow().AddHours(1)));
        }

        var before = known.Current;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.AreNotSame(before, known.Current, "made anew, since most of them are gone");
        Assert.AreNotEqual(late, Masked.Whole(MaskRules.Default, late, known));
        Assert.IsTrue(early.All(value => !Finds(known, value)));

        // One that expires later than it first did stays.
        Assert.IsTrue(known.TryAdd(late, _time.GetUtcNow().AddHours(5)));
        _time.Advance(TimeSpan.FromHours(4));
        Assert.IsTrue(Finds(known, late));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.IsFalse(Finds(known, late));
        Assert.IsTrue(known.Current.IsEmpty);
    }

    [TestMethod]
    public void Values_AddedWhileOthersLook_AreSeenNext()
    {
        var known = new KnownSecrets(_time);
        var values = Enumerable.Range(0, 400).Select(static _ => Random(40)).ToArray();
        Parallel.ForEach(values, value =>
        {
            Assert.IsTrue(known.TryAdd(value, _time.GetUtcNow().AddHours(1)));
            Assert.IsTrue(Finds(known, value));
        });
        Assert.IsTrue(values.All(value => Finds(known, value)));
    }

    private static bool Finds(KnownSecrets known, string value)
    {
        var found = false;
        KnownFinder.Find(known, Encoding.ASCII.GetBytes(value), 0, end: true, (_, _) => found = true);
        return found;
    }

    private static string Random(int length) => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789!+/", length);

    private static int Shared(string value, string masked) => Enumerable.Range(0, value.Length - 8).Count(at => value.AsSpan(at, 8).SequenceEqual(masked.AsSpan(at, 8)));

    private KnownSecrets Known(string value)
    {
        var known = new KnownSecrets(_time);
        Assert.IsTrue(known.TryAdd(value, _time.GetUtcNow().AddHours(1)));
        return known;
    }
}
