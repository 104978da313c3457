using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.Identity;

/// <summary>The page where one picks who to be. It asks for no password: this provider vouches for nobody.</summary>
internal static class PickPage
{
    /// <summary>The form's field for the pick.</summary>
    public const string Field = "identity";

    /// <summary>The pick that declines.</summary>
    public const string Nobody = "nobody";

    private static readonly CompositeFormat Page = CompositeFormat.Parse("""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sign in to the sandbox</title>
        <style>
        :root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
        body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }}
        main {{ width: min(26rem, 100vw - 2rem); }}
        h1 {{ font-size: 1.4rem; margin: 0; }}
        p {{ margin: .25rem 0 1.5rem; opacity: .8; }}
        button {{ font: inherit; color: inherit; display: block; width: 100%; text-align: left; padding: .75rem 1rem; margin: .5rem 0;
          background: color-mix(in srgb, CanvasText 5%, Canvas); border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: .6rem; cursor: pointer; }}
        button:hover, button:focus-visible {{ border-color: Highlight; outline: 2px solid Highlight; }}
        button small {{ display: block; opacity: .8; }}
        button.plain {{ background: none; border-color: transparent; text-align: center; }}
        </style>
        </head>
        <body>
        <main>
        <h1>Who are you today?</h1>
        <p><strong>{0}</strong> asks you to sign in to the sandbox. Everyone here is made up.</p>
        <form method="post">
        {1}{2}<button class="plain" name="identity" value="nobody">Cancel</button>
        </form>
        </main>
        </body>
        </html>
        """);

    public static Task WriteAsync(HttpContext context, SandboxClient client, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        var hidden = string.Concat(parameters.Select(static pair =>
            $"<input type=\"hidden\" name=\"{Encode(pair.Key)}\" value=\"{Encode(pair.Value)}\">\n"));
        var people = string.Concat(SandboxDirectory.Identities.Where(static one => !one.IsWorkload).Select(static one =>
            $"<button name=\"{Field}\" value=\"{Encode(one.Name)}\">{Encode(one.DisplayName)}<small>{Encode(Describe(one))}</small></button>\n"));
        return context.Response.WriteAsync(
            string.Format(CultureInfo.InvariantCulture, Page, Encode(client.Id), hidden, people), context.RequestAborted);
    }

    private static string Describe(SandboxIdentity identity) =>
        $"{identity.Name}, {(identity.Groups.IsEmpty ? "in no group" : string.Join(", ", identity.Groups))}";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
