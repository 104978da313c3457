namespace CursorBroker.Adapters.Mail;

/// <summary>Which Azure Communication Services resource sends the broker's messages, and as whom.</summary>
public sealed class CommunicationServicesOptions
{
    /// <summary>The resource's address, <c>https://{resource}.communication.azure.com</c>. Required; https, or http on a loopback address.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The sender's address, of a domain that is connected to the resource. Required.</summary>
    public string From { get; set; } = string.Empty;

    /// <summary>The scope of the token; national clouds have others. The two slashes before <c>.default</c> are the service's.</summary>
    public string Scope { get; set; } = "https://communication.azure.com//.default";

    /// <summary>Longest wait for one answer. 1 to 10 seconds; 10.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for the service to say that a message which it took was sent. 0 to 30 seconds; 20.</summary>
    public TimeSpan Follow { get; set; } = TimeSpan.FromSeconds(20);
}
