namespace CursorBroker.Adapters.GitHub;

/// <summary>Which GitHub, and which App there.</summary>
public sealed record GitHubOptions
{
    /// <summary>The REST API's base: <c>https://api.github.com/</c> (the default), or <c>https://host/api/v3/</c> for GitHub Enterprise Server.</summary>
    public Uri Api { get; init; } = new("https://api.github.com/");

    /// <summary>Where git repositories live: <c>https://github.com/</c> (the default), or <c>https://host/</c>.</summary>
    public Uri Git { get; init; } = new("https://github.com/");

    /// <summary>The App's id (a number) or client id; both are on the App's settings page.</summary>
    public required string AppId { get; init; }

    /// <summary>Longest time one call to the API may take, body included. Above zero, at most a minute; 10 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Everything that is wrong with these options, a sentence each that says how to mend it; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        CheckAddress(nameof(Api), Api, problems);
        CheckAddress(nameof(Git), Git, problems);
        if (string.IsNullOrEmpty(AppId) || AppId.Length > 100 || !AppId.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            problems.Add("AppId must be the GitHub App's id or client id, as its settings page shows it.");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(1))
        {
            problems.Add("Timeout must be above zero and at most one minute.");
        }

        return problems;
    }

    private static void CheckAddress(string name, Uri address, List<string> problems)
    {
        if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            problems.Add($"{name} must be an absolute address without user, query or fragment.");
        }
        else if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            problems.Add($"{name} must be https (http is for this machine alone): App tokens travel there.");
        }
        else if (!address.AbsolutePath.EndsWith('/'))
        {
            problems.Add($"{name} must end with a slash, since paths are appended to it.");
        }
    }
}
