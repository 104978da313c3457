using System.Net;
using System.Text.RegularExpressions;

namespace CursorBroker.Local.Demo;

/// <summary>A person with a browser, as far as the tour needs one: keeps cookies, follows redirects, fills in forms and presses their buttons.</summary>
internal sealed class PageVisitor : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = true, CookieContainer = new CookieContainer(), UseProxy = false, MaxAutomaticRedirections = 10 });

    /// <summary>Where forms say they come from; the page's own site when null.</summary>
    public string? Origin { get; set; }

    /// <summary>Opens an address.</summary>
    public async Task<VisitedPage> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(address, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Sends a form of a page, its hidden fields as they stand and those given beside them.</summary>
    public async Task<VisitedPage> SubmitAsync(VisitedPage page, VisitedForm form, CancellationToken cancellationToken, params KeyValuePair<string, string>[] fields)
    {
        using var content = new FormUrlEncodedContent([.. form.Hidden, .. fields]);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(page.Address, form.Action)) { Content = content };
        message.Headers.TryAddWithoutValidation("Origin", Origin ?? message.RequestUri!.GetLeftPart(UriPartial.Authority));
        using var answer = await _http.SendAsync(message, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Opens an address, and signs in at the sandbox when it asks for that.</summary>
    public async Task<VisitedPage> OpenAsAsync(string identity, Uri address, CancellationToken cancellationToken) =>
        await SignInAsync(identity, await OpenAsync(address, cancellationToken), cancellationToken);

    /// <summary>Answers the sandbox's question who one is, when a page is that; otherwise the page as it is.</summary>
    public async Task<VisitedPage> SignInAsync(string identity, VisitedPage page, CancellationToken cancellationToken) =>
        page.FormWith("name=\"identity\"") is { } pick
            ? await SubmitAsync(page, pick, cancellationToken, KeyValuePair.Create("identity", identity))
            : page;

    /// <summary>Decides on an approval's page, and confirms that by signing in once more. The page that comes of it; null when nothing can be decided there.</summary>
    public async Task<VisitedPage?> DecideAsync(string identity, Uri approval, string verdict, string reason, CancellationToken cancellationToken)
    {
        var page = await OpenAsAsync(identity, approval, cancellationToken);
        return page.FormWith("name=\"verdict\"") is { } form ? await DecideAsync(identity, page, form, verdict, reason, cancellationToken) : null;
    }

    /// <summary>Decides with a form of an approval's page, and confirms that by signing in once more, when it comes to that. The page that comes of it.</summary>
    public async Task<VisitedPage> DecideAsync(string identity, VisitedPage page, VisitedForm form, string verdict, string reason, CancellationToken cancellationToken)
    {
        var confirm = await SubmitAsync(page, form, cancellationToken, KeyValuePair.Create("verdict", verdict), KeyValuePair.Create("reason", reason));
        var away = confirm.Links("http").FirstOrDefault(link => new Uri(link).Authority != page.Address.Authority);
        return away is null ? confirm : await OpenAsAsync(identity, new Uri(away), cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<VisitedPage> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        new(answer.RequestMessage!.RequestUri!, answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
}

/// <summary>A page as it came.</summary>
/// <param name="Address">Its address, after redirects.</param>
/// <param name="Status">Its status.</param>
/// <param name="Html">Its text.</param>
internal sealed partial record VisitedPage(Uri Address, HttpStatusCode Status, string Html)
{
    /// <summary>The first form that holds a text; null when there is none.</summary>
    public VisitedForm? FormWith(string text) => Form().Matches(Html)
        .Where(form => form.Value.Contains(text, StringComparison.Ordinal))
        .Select(static form => VisitedForm.Parse(form.Groups["attributes"].Value, form.Groups["content"].Value))
        .FirstOrDefault();

    /// <summary>Where its links lead that begin with a text, in order.</summary>
    public IEnumerable<string> Links(string start) => Link().Matches(Html)
        .Select(static link => WebUtility.HtmlDecode(link.Groups["target"].Value))
        .Where(target => target.StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex("<a\\b[^>]*\\bhref=\"(?<target>[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("<form\\b(?<attributes>[^>]*)>(?<content>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();
}

/// <summary>A form.</summary>
/// <param name="Action">Where it goes, relative to its page.</param>
/// <param name="Hidden">Its hidden fields.</param>
internal sealed partial record VisitedForm(string Action, IReadOnlyList<KeyValuePair<string, string>> Hidden)
{
    internal static VisitedForm Parse(string attributes, string content) => new(
        Read(attributes).GetValueOrDefault("action", ""),
        [
            .. Input().Matches(content)
                .Select(static input => Read(input.Groups["attributes"].Value))
                .Where(static input => input.GetValueOrDefault("type", "") == "hidden" && input.ContainsKey("name"))
                .Select(static input => KeyValuePair.Create(input["name"], input.GetValueOrDefault("value", ""))),
        ]);

    private static Dictionary<string, string> Read(string attributes) => Attribute().Matches(attributes)
        .ToDictionary(static one => one.Groups["name"].Value, static one => WebUtility.HtmlDecode(one.Groups["value"].Value), StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("<input\\b(?<attributes>[^>]*)>")]
    private static partial Regex Input();

    [GeneratedRegex("(?<name>[a-zA-Z-]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Attribute();
}
