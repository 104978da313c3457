using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace CursorBroker.Gateway.Tests.Pages.Support;

/// <summary>A browser as far as these pages need one: cookies, redirects on demand, forms as the page has them, and what browsers say of themselves.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri home)
    {
        Home = home;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = home };
    }

    public Uri Home { get; }

    /// <summary>The broker's cookies by name; the provider has none.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    public Task<Answer> GetAsync(string address) => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Home, address)));

    /// <summary>Follows redirects, and the page that moves on by itself, up to the provider's page.</summary>
    public async Task<Answer> FollowAsync(Answer answer)
    {
        while (answer.Location is { } next)
        {
            answer = await GetAsync(next);
        }

        return answer;
    }

    /// <summary>Presses a person's button on the provider's page and comes back; stops before the callback when asked to.</summary>
    public async Task<Answer> PickAsync(Answer page, string identity)
    {
        var form = page.Document.QuerySelector<IHtmlFormElement>("form")!;
        var fields = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").Select(static one => KeyValuePair.Create(one.Name!, one.Value));
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Address) { Content = new FormUrlEncodedContent([.. fields, KeyValuePair.Create("identity", identity)]) });
    }

    /// <summary>From any page of the broker's to the same page, signed in.</summary>
    public async Task<Answer> SignInAsync(string identity, string path = "/approvals")
    {
        var there = await FollowAsync(await GetAsync($"/login?return={path}"));
        return await FollowAsync(await PickAsync(there, identity));
    }

    /// <summary>Presses a button of the page's form, as a browser would on that page.</summary>
    public Task<Answer> PressAsync(Answer page, string formAction, params (string Name, string Value)[] fields)
    {
        var form = page.Document.QuerySelectorAll<IHtmlFormElement>("form").Single(one => one.GetAttribute("action")!.Split('#')[0] == formAction);
        var token = form.QuerySelector<IHtmlInputElement>("input[type=hidden]")!;
        return PostAsync(formAction, Home.GetLeftPart(UriPartial.Authority), "same-origin", [(token.Name!, token.Value), .. fields]);
    }

    public Task<Answer> PostAsync(string address, string? origin, string? site, params (string Name, string Value)[] fields)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Home, address))
        {
            Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (origin is not null)
        {
            message.Headers.Add("Origin", origin);
        }

        if (site is not null)
        {
            message.Headers.Add("Sec-Fetch-Site", site);
        }

        return SendAsync(message);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage message)
    {
        using var sent = message;
        if (Cookies.Count > 0 && message.RequestUri!.Authority == Home.Authority)
        {
            message.Headers.Add("Cookie", string.Join("; ", Cookies.Select(static pair => $"{pair.Key}={pair.Value}")));
        }

        using var response = await _http.SendAsync(message);
        var set = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.ToArray() : [];
        foreach (var (name, value) in set.Select(static line => line.Split(';')[0].Split('=', 2)).Select(static pair => (pair[0], pair[1])))
        {
            if (value.Length == 0)
            {
                Cookies.Remove(name);
            }
            else
            {
                Cookies[name] = value;
            }
        }

        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(static pair => pair.Key, static pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(message.RequestUri!, response.StatusCode, headers, set, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record Answer(Uri Address, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string[] SetCookies, string Body)
{
    public IHtmlDocument Document { get; } = new HtmlParser().ParseDocument(Body);

    public string Text => string.Join(' ', Document.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string Heading => Document.QuerySelector("h1")?.TextContent ?? "";

    /// <summary>Where a redirect, or a page that moves on by itself, leads.</summary>
    public string? Location => Headers.TryGetValue("Location", out var location)
        ? location
        : Document.QuerySelector("meta[http-equiv=refresh]")?.GetAttribute("content") is { } refresh ? refresh[(refresh.IndexOf("url=", StringComparison.Ordinal) + 4)..] : null;
}
