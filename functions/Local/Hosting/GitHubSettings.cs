using System.Collections.Immutable;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Local.Hosting;

/// <summary>A real GitHub App, from the environment. Without one the sandbox stands in.</summary>
internal sealed record GitHubSettings
{
    /// <summary>The App's id or client id.</summary>
    public const string AppIdVariable = "CURSORBROKER_GITHUB_APP_ID";

    /// <summary>The App's private key, PEM text.</summary>
    public const string AppKeyVariable = "CURSORBROKER_GITHUB_APP_KEY";

    /// <summary>Or the file it is in.</summary>
    public const string AppKeyFileVariable = "CURSORBROKER_GITHUB_APP_KEY_FILE";

    /// <summary>A GitHub Enterprise Server's URL, when it is not github.com.</summary>
    public const string UrlVariable = "CURSORBROKER_GITHUB_URL";

    /// <summary>Hosts that signed addresses may lead to, beside those that GitHub documents.</summary>
    public const string SignedHostsVariable = "CURSORBROKER_SIGNED_HOSTS";

    public required string AppId { get; init; }

    /// <summary>The key's PEM text; null when it is in a file.</summary>
    public string? AppKeyPem { get; init; }

    /// <summary>The key's file, read again when it changes; null when the text is given.</summary>
    public string? AppKeyFile { get; init; }

    public required Uri Git { get; init; }

    public required Uri Api { get; init; }

    /// <summary>Hosts that signed addresses may lead to.</summary>
    public required ImmutableArray<string> SignedHosts { get; init; }

    /// <summary>The settings, or null when none of them is set.</summary>
    /// <exception cref="CannotStartException">Only some are set, or one makes no sense.</exception>
    public static GitHubSettings? FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static GitHubSettings? From(Func<string, string?> variable)
    {
        var (id, key, keyFile, url) = (Value(AppIdVariable), Value(AppKeyVariable), Value(AppKeyFileVariable), Value(UrlVariable));
        if (id is null && key is null && keyFile is null && url is null)
        {
            return null;
        }

        if (id is null)
        {
            throw new CannotStartException($"{AppIdVariable} is not set, but other settings of a GitHub App are. Set it to the App's id or client id, or unset the others to use the sandbox.");
        }

        if (key is null == keyFile is null)
        {
            throw new CannotStartException($"Set exactly one of {AppKeyVariable} (the PEM text) and {AppKeyFileVariable} (a file's path): the App's private key is needed.");
        }

        if (keyFile is not null && !File.Exists(keyFile))
        {
            throw new CannotStartException($"There is no file {keyFile} ({AppKeyFileVariable}).");
        }

        var (git, api) = Faces(url);
        var hosts = SignedHostList.Add(Value(SignedHostsVariable)) ?? throw new CannotStartException($"{SignedHostsVariable} is '{Value(SignedHostsVariable)}'; it is {SignedHostList.Form}.");
        return new GitHubSettings { AppId = id, AppKeyPem = key, AppKeyFile = keyFile, Git = git, Api = api, SignedHosts = hosts };

        string? Value(string name) => variable(name) is { Length: > 0 } text ? text : null;
    }

    private static (Uri Git, Uri Api) Faces(string? url)
    {
        if (url is null)
        {
            return (new Uri("https://github.com/"), new Uri("https://api.github.com/"));
        }

        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var git)
            || !(git.Scheme == Uri.UriSchemeHttps || (git.Scheme == Uri.UriSchemeHttp && git.IsLoopback)))
        {
            throw new CannotStartException($"{UrlVariable} must be an https URL such as https://github.example.com (http only on a loopback address).");
        }

        return (git, new Uri(git, "api/v3/"));
    }
}
