using System.Text.Json;
using System.Text.Json.Serialization;

namespace CursorBroker.Adapters.Mail;

/// <summary>The request of <c>POST /emails:send</c>, API version 2023-03-31.</summary>
internal sealed record EmailRequest(
    string SenderAddress, EmailContent Content, EmailRecipients Recipients, IReadOnlyDictionary<string, string> Headers, bool UserEngagementTrackingDisabled);

internal sealed record EmailContent(string Subject, string PlainText, string Html);

internal sealed record EmailRecipients(IReadOnlyList<EmailAddress> To);

internal sealed record EmailAddress(string Address);

/// <summary>How a message that was taken stands: <c>NotStarted</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Canceled</c>.</summary>
internal sealed record EmailOperation(string? Status, EmailError? Error);

internal sealed record EmailError(string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EmailRequest))]
[JsonSerializable(typeof(EmailOperation))]
internal sealed partial class CommunicationServicesJson : JsonSerializerContext
{
    /// <summary>Null for what is none.</summary>
    public static EmailOperation? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Default.EmailOperation);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
