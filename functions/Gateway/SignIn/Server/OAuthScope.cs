namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>The one scope there is: to use the broker as the person who signed in. What that comes to is the policy's business.</summary>
internal static class OAuthScope
{
    public const string Broker = "broker";
}
