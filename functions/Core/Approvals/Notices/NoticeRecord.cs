using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>One notice to one target by one channel, as it rests in State.</summary>
internal sealed record NoticeRecord
{
    /// <summary>The State collection; ids are <see cref="KeyOf"/>.</summary>
    public const string Collection = "approval-notice";

    /// <summary>How long after its approval's expiry a record is kept, for the approval's page.</summary>
    public static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);

    public required string Approval { get; init; }

    public required string Session { get; init; }

    public required string Target { get; init; }

    public required string Channel { get; init; }

    public required bool Reminder { get; init; }

    /// <summary>When its approval stops waiting.</summary>
    public required DateTimeOffset Expires { get; init; }

    public NoticeOutcome Outcome { get; init; } = NoticeOutcome.Waiting;

    /// <summary>Tries begun, those of instances that died included.</summary>
    public int Attempts { get; init; }

    public string? Detail { get; init; }

    /// <summary>When it was written, last tried, delivered or given up.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it may be tried (again). Whoever takes it moves this on first, so that nobody else does and, if the taker dies, somebody will.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>How much of it the ledger holds.</summary>
    public NoticeRecorded Recorded { get; init; }

    [JsonIgnore]
    public StateKey Key => KeyOf(Approval, Target, Channel, Reminder);

    [JsonIgnore]
    public DateTimeOffset KeptUntil => Expires + KeptAfterExpiry;

    public static StateKey KeyOf(string approval, string target, string channel, bool reminder) => new(
        Collection,
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes([approval, target, channel, reminder ? "reminder" : "first"], NoticeJson.Default.StringArray))));

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, NoticeJson.Default.NoticeRecord);

    /// <summary>Null when the bytes are none that this version can read.</summary>
    public static NoticeRecord? FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes.Span, NoticeJson.Default.NoticeRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

}

/// <summary>How much of a notice the ledger holds. Names are stable: State holds them.</summary>
internal enum NoticeRecorded
{
    Nothing,
    FirstFailure,
    End,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NoticeRecord))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class NoticeJson : JsonSerializerContext;
