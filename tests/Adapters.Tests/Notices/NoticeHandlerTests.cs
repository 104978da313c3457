using CursorBroker.Adapters.Notices;

namespace CursorBroker.Adapters.Tests.Notices;

[TestClass]
public sealed class NoticeHandlerTests
{
    [TestMethod]
    public void Handler_OfEveryChannel_FollowsRemembersAndPassesOnNothing()
    {
        using var handler = NoticeHandler.Create();

        Assert.IsFalse(handler.AllowAutoRedirect);
        Assert.IsFalse(handler.UseCookies);
        Assert.IsNull(handler.ActivityHeadersPropagator, "a caller's baggage and tracestate would be passed on");
    }
}
