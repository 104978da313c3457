namespace CursorBroker.Gateway.SignIn;

/// <summary>Names and paths of the sign-in.</summary>
internal static class SignInSchemes
{
    /// <summary>The scheme of the cookie.</summary>
    public const string Cookie = "broker.cookie";

    /// <summary>The scheme of the round trip to the provider.</summary>
    public const string Provider = "broker.provider";

    public const string LoginPath = "/login";

    public const string CallbackPath = "/login/callback";

    public const string OutPath = "/login/out";
}
