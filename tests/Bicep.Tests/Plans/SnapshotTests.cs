using CursorBroker.Bicep.Tests.Support;

namespace CursorBroker.Bicep.Tests.Plans;

/// <summary>
/// What the examples would deploy is committed beside them: a change of it is seen in review or fails here. After a change that is meant:
/// <c>bicep snapshot FILE --mode overwrite</c> with the ids of <see cref="BicepCli.Context"/> (bicep/examples/README.md has the line).
/// </summary>
[TestClass]
public sealed class SnapshotTests
{
    public static IEnumerable<object[]> Examples => Repository.Examples.Select(static example => new object[] { example });

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public async Task Plan_OfAnExample_IsTheOneCommitted(string example)
    {
        var result = await BicepCli.RunAsync(["snapshot", $"examples/{example}.bicepparam", "--mode", "validate", .. BicepCli.Context]);

        Assert.AreEqual(0, result.ExitCode, result.Output + result.Error);
        Assert.AreEqual("", result.Error);
    }
}
