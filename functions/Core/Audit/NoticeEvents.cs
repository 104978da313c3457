using System.Text.Json.Serialization;

namespace CursorBroker.Core.Audit;

/// <summary>A notice about an approval reached a channel.</summary>
/// <param name="Approval">The approval's id.</param>
/// <param name="Target">The name under the policy's <c>notify</c>.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Attempts">How many tries it took.</param>
/// <param name="Detail">What the other side said.</param>
/// <param name="Reminder">Whether it was a reminder.</param>
public sealed record ApprovalNotified(string Approval, string Target, string Channel, int Attempts, string Detail, bool Reminder) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 560;
}

/// <summary>A notice about an approval was not delivered: the first time it failed, and when it was given up.</summary>
/// <param name="Approval">The approval's id.</param>
/// <param name="Target">The name under the policy's <c>notify</c>.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Attempts">How often it was tried; 0 when there was nothing to try.</param>
/// <param name="Detail">Why.</param>
/// <param name="Reminder">Whether it was a reminder.</param>
/// <param name="GivenUp">Whether it will not be tried again.</param>
public sealed record ApprovalNotifyFailed(
    string Approval, string Target, string Channel, int Attempts, string Detail, bool Reminder, bool GivenUp) : AuditEvent
{
    /// <inheritdoc/>
    [JsonPropertyOrder(IdOrder)]
    public override int Id => 561;
}
