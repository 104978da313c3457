namespace CursorBroker.Core.Policy.Parsing;

/// <summary>What an issuer's URL must be (OpenID Connect Discovery 1.0, section 3: https, no query, no fragment), and what it tells.</summary>
internal static class IssuerUrl
{
    // The public cloud's two token versions and the sovereign clouds.
    private static readonly string[] EntraPrefixes =
    [
        "https://login.microsoftonline.com/", "https://sts.windows.net/", "https://login.microsoftonline.us/", "https://login.partner.microsoftonline.cn/",
    ];

    public static bool IsEntra(string issuer) => EntraPrefixes.Any(prefix => issuer.StartsWith(prefix, StringComparison.Ordinal));

    public static bool IsLoopback(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var url) && url.IsLoopback;

    public static bool Check(PlacedText text, Problems problems)
    {
        var wrong = Wrong(text.Text);
        if (wrong is not null)
        {
            problems.Error(text.Node, text.Path, $"'{Shown.Short(text.Text)}' is no issuer: {wrong}.");
        }

        return wrong is null;
    }

    private static string? Wrong(string text)
    {
        if (text.Any(static c => c <= ' ' || c >= '\u007f' || c is '<' or '>' or '"' or '\\' or '{' or '}'))
        {
            return "it holds characters that no URL has (is a placeholder still in it?)";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return "it must be an https URL";
        }

        if (url.Scheme == "http" && !url.IsLoopback)
        {
            return "http is for loopback addresses only; its keys would come over an open wire";
        }

        if (text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal) || url.UserInfo.Length > 0)
        {
            return "an issuer has no query, fragment or user in it";
        }

        return IsEntra(text) && (text.Contains("/common", StringComparison.OrdinalIgnoreCase) || text.Contains("/organizations", StringComparison.OrdinalIgnoreCase))
            ? "Entra's tokens never carry it; name the tenant's own id"
            : null;
    }
}
