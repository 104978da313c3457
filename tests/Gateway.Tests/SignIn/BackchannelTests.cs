using CursorBroker.Gateway.SignIn;

namespace CursorBroker.Gateway.Tests.SignIn;

[TestClass]
public sealed class BackchannelTests
{
    [TestMethod]
    public void Backchannel_ToTheProvider_FollowsRemembersAndPassesOnNothing()
    {
        using var handler = ProviderOptions.Backchannel();

        Assert.IsFalse(handler.AllowAutoRedirect);
        Assert.IsFalse(handler.UseCookies);
        Assert.IsNull(handler.ActivityHeadersPropagator, "a browser's baggage and tracestate would be passed on");
    }
}
