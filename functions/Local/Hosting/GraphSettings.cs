using CursorBroker.Adapters.Graph;

namespace CursorBroker.Local.Hosting;

/// <summary>Microsoft Graph for groups that did not fit in a token, from the environment.</summary>
internal static class GraphSettings
{
    public const string TenantVariable = "CURSORBROKER_GRAPH_TENANT";

    public const string ClientIdVariable = "CURSORBROKER_GRAPH_CLIENT_ID";

    public const string ClientSecretVariable = "CURSORBROKER_GRAPH_CLIENT_SECRET";

    /// <summary>The settings, or null when none is set: then tokens without their groups are refused.</summary>
    /// <exception cref="CannotStartException">Only some are set.</exception>
    public static Action<GraphOptions>? FromEnvironment()
    {
        string[] names = [TenantVariable, ClientIdVariable, ClientSecretVariable];
        var values = names.Select(Environment.GetEnvironmentVariable).ToArray();
        if (values.All(string.IsNullOrEmpty))
        {
            return null;
        }

        if (Array.FindIndex(values, string.IsNullOrEmpty) is >= 0 and var missing)
        {
            throw new CannotStartException($"{names[missing]} is not set, but other settings for Microsoft Graph are. Set all of {string.Join(", ", names)}, or none.");
        }

        return options =>
        {
            options.TokenEndpoint = new Uri($"https://login.microsoftonline.com/{Uri.EscapeDataString(values[0]!)}/oauth2/v2.0/token");
            options.ClientId = values[1]!;
            options.ClientSecret = values[2]!;
        };
    }
}
