namespace CursorBroker.Adapters.Graph;

/// <summary>How to ask Microsoft Graph. The application needs <c>GroupMember.Read.All</c> (application permission).</summary>
public sealed class GraphOptions
{
    /// <summary>Graph's address, without version; national clouds have others. https, or http on a loopback address.</summary>
    public Uri GraphBase { get; set; } = new("https://graph.microsoft.com");

    /// <summary>The tenant's token endpoint, <c>https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token</c>. Required.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The application's id. Required.</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>The application's secret, unless <see cref="ClientSecretName"/> says where it is. Never printed.</summary>
    public string ClientSecret { get; set; } = string.Empty;

    /// <summary>The name of the application's secret among the host's own; read whenever a token is asked for, so that a rotation needs no restart.</summary>
    public string ClientSecretName { get; set; } = string.Empty;

    /// <summary>The scope asked for.</summary>
    public string Scope { get; set; } = "https://graph.microsoft.com/.default";

    /// <summary>Longest wait for one answer. 1 to 30 seconds; 5.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most pages of 999 groups; someone in more is refused, since a partial list is a guess. 1 to 100; 20.</summary>
    public int MaxPages { get; set; } = 20;
}
