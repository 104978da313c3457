using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn;

/// <summary>The cookie that says who is there: encrypted, gone with the browser, and over after a fixed time however busy it is.</summary>
internal sealed class CookieOptions(SignInOptions settings) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public void Configure(CookieAuthenticationOptions options) => throw new NotSupportedException("There is one scheme, and it has a name.");

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != SignInSchemes.Cookie)
        {
            return;
        }

        Cookies.Shape(options.Cookie, "person", settings.Address);
        options.ExpireTimeSpan = settings.Lifetime;
        options.SlidingExpiration = false;
    }
}
