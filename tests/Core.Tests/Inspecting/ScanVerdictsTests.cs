using CursorBroker.Core.Inspecting;

namespace CursorBroker.Core.Tests.Inspecting;

[TestClass]
public sealed class ScanVerdictsTests
{
    [TestMethod]
    public void Verdict_IsRemembered_ForItsRulesAlone()
    {
        var verdicts = new ScanVerdicts(100);
        var before = verdicts.For("one");
        before.AddClean(Digest(1));

        Assert.IsTrue(verdicts.For("one").IsClean(Digest(1)));
        Assert.IsFalse(verdicts.For("one").IsClean(Digest(2)));
        Assert.IsFalse(verdicts.For("two").IsClean(Digest(1)));

        // Attack: who began under the old rules ends under the new ones.
        before.AddClean(Digest(3));
        Assert.IsFalse(verdicts.For("two").IsClean(Digest(3)));
    }

    [TestMethod]
    public void Verdicts_BeyondTheBound_ForgetWhatWasNotAskedFor()
    {
        var memory = new ScanVerdicts(100).For("one");
        for (var i = 0; i < 10_000; i++)
        {
            memory.AddClean(Digest(i));
            Assert.IsTrue(memory.IsClean(Digest(0)), "what is asked for stays");
        }

        Assert.IsLessThanOrEqualTo(101, Enumerable.Range(0, 10_000).Count(i => memory.IsClean(Digest(i))));
    }

    private static byte[] Digest(int number)
    {
        var digest = new byte[20];
        BitConverter.TryWriteBytes(digest, number);
        return digest;
    }
}
