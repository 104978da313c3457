using System.Collections.Immutable;
using System.Globalization;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>What a host's environment says about the authorization server: the same names, with the same meaning, on every host.</summary>
public static class AuthorizationServerSettings
{
    /// <summary>Further redirects that clients may register, separated by commas; compared to the letter.</summary>
    public const string Redirects = "CURSORBROKER_OAUTH_REDIRECTS";

    /// <summary>For how many hours groups count as they were at sign-in where the provider cannot be asked again: 1 to 24.</summary>
    public const string GroupsHours = "CURSORBROKER_OAUTH_GROUPS_HOURS";

    /// <summary>Further clients with an id of their own, by device flow: <c>ID=NAME</c>, separated by commas.</summary>
    public const string Clients = "CURSORBROKER_OAUTH_CLIENTS";

    /// <summary>The scope that brings a refresh token of the identity provider; <c>none</c> where it knows no such scope.</summary>
    public const string OfflineScope = "CURSORBROKER_SIGNIN_OFFLINE_SCOPE";

    /// <summary>Reads them.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="problem">Called for each setting that makes no sense, with how to mend it.</param>
    public static AuthorizationServerOptions Read(Func<string, string?> variable, Action<string> problem)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(problem);
        var options = new AuthorizationServerOptions();
        var redirects = List(variable(Redirects));
        foreach (var bad in redirects.Where(static one => !IsRedirect(one)))
        {
            problem($"{Redirects} has '{bad}'; each must be an https address or one of a program's own scheme, without a user name, a fragment or a query.");
        }

        if (variable(GroupsHours) is { Length: > 0 } text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= 24)
            {
                options = options with { GroupsLifetime = TimeSpan.FromHours(hours) };
            }
            else
            {
                problem($"{GroupsHours} is '{text}'; it must be a whole number of hours from 1 to 24.");
            }
        }

        var clients = List(variable(Clients)).Select(static one => one.Split('=', 2)).ToList();
        foreach (var bad in clients.Where(static pair => pair is not [{ Length: > 0 and <= 100 }, { Length: > 0 and <= 80 }] || pair[0].StartsWith("c.", StringComparison.Ordinal)))
        {
            problem($"{Clients} has '{string.Join('=', bad)}'; each must be ID=NAME, and no id may begin with 'c.'.");
        }

        return options with
        {
            FurtherRedirects = redirects,
            FurtherClients = [.. clients.Where(static pair => pair.Length == 2).Select(static pair => new WellKnownClient(pair[0], pair[1], [], Refreshes: true))],
        };
    }

    /// <summary>The scope that brings a refresh token; null where there is none.</summary>
    public static string? OfflineScopeOf(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable(OfflineScope) switch { null or "" => "offline_access", "none" => null, var scope => scope };
    }

    private static ImmutableArray<string> List(string? text) => [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    // http would put the code on the wire; on loopback clients register it themselves.
    private static bool IsRedirect(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is not ("http" or "javascript" or "data" or "file" or "blob" or "about" or "vbscript")
        && uri.UserInfo.Length == 0 && !text.Contains('#', StringComparison.Ordinal) && !text.Contains('?', StringComparison.Ordinal)
        && text.StartsWith(uri.Scheme + "://", StringComparison.Ordinal);
}
