using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// What travels through an orchestration's storage: text that no serializer's settings change. Waiting approvals are read by it after an update: add, never
/// change.
/// </summary>
internal static class ApprovalWire
{
    public static string Opened(Approval approval) => Write(approval, ApprovalJson.Default.Approval);

    public static Approval ReadOpened(string text) => Read(text, ApprovalJson.Default.Approval);

    public static string Happened(ApprovalHappened happened) => Write(happened, ApprovalJson.Default.ApprovalHappened);

    /// <summary>Null when it is none.</summary>
    public static ApprovalHappened? ReadHappened(string text) => TryRead(text, ApprovalJson.Default.ApprovalHappened, out _);

    public static string Order(ApprovalOrder order) => Write(order, ApprovalJson.Default.ApprovalOrder);

    public static ApprovalOrder ReadOrder(string text) => Read(text, ApprovalJson.Default.ApprovalOrder);

    public static string Progress(ApprovalProgress progress) => Write(progress, ApprovalJson.Default.ApprovalProgress);

    public static ApprovalProgress ReadProgress(string text) => Read(text, ApprovalJson.Default.ApprovalProgress);

    // Base64, so that it is as long as it looks: nothing in it is escaped wherever it is quoted.
    private static string Write<T>(T value, JsonTypeInfo<T> type) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private static T Read<T>(string text, JsonTypeInfo<T> type)
        where T : class =>
        TryRead(text, type, out var problem) ?? throw new StateUnavailableException("what an approval's orchestration holds is unreadable", problem);

    private static T? TryRead<T>(string text, JsonTypeInfo<T> type, out Exception? problem)
        where T : class
    {
        problem = null;
        try
        {
            return JsonSerializer.Deserialize(Convert.FromBase64String(text), type);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            problem = e;
            return null;
        }
    }
}
