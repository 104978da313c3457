using CursorBroker.Local.Hosting;

namespace CursorBroker.EndToEnd.Tests.Operating;

[TestClass]
public sealed class LimitSettingsTests
{
    [TestMethod]
    [DataRow(null, 900)]
    [DataRow("", 900)]
    [DataRow("3000", 3000)]
    [DataRow("15", 15)]
    public void Points_AsSaid_OrGitHubsOwn(string? text, int points) => Assert.AreEqual(points, LimitSettings.From(_ => text).CallerPointsPerMinute);

    [TestMethod]
    [DataRow("0")]
    [DataRow("14")]
    [DataRow("-1")]
    [DataRow("many")]
    [DataRow("1e3")]
    [DataRow("1000001")]
    public void Points_ThatMakeNoSense_StopTheStartSayingSo(string text)
    {
        var stopped = Assert.ThrowsExactly<CannotStartException>(() => LimitSettings.From(_ => text));

        StringAssert.Contains(stopped.Message, LimitSettings.CallerPointsVariable);
    }
}
