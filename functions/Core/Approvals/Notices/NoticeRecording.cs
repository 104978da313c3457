using CursorBroker.Core.Audit;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>What the ledger is told of a notice: its first failure and its end, not every try.</summary>
internal static class NoticeRecording
{
    /// <summary>The event that the ledger lacks, and how much it holds with it; null when it lacks none.</summary>
    public static (AuditEvent Event, NoticeRecorded Then)? Missing(NoticeRecord record) => record switch
    {
        { Recorded: NoticeRecorded.End } => null,
        { Outcome: NoticeOutcome.Delivered } => (Delivered(record), NoticeRecorded.End),
        { Outcome: NoticeOutcome.Failed } => (Failed(record, givenUp: true), NoticeRecorded.End),
        { Recorded: NoticeRecorded.Nothing, Detail: not null } => (Failed(record, givenUp: false), NoticeRecorded.FirstFailure),
        _ => null,
    };

    private static ApprovalNotified Delivered(NoticeRecord record) =>
        new(record.Approval, record.Target, record.Channel, record.Attempts, record.Detail ?? "", record.Reminder) { At = record.At, Session = record.Session };

    private static ApprovalNotifyFailed Failed(NoticeRecord record, bool givenUp) =>
        new(record.Approval, record.Target, record.Channel, record.Attempts, record.Detail ?? "", record.Reminder, givenUp)
        {
            At = record.At,
            Session = record.Session,
        };
}
