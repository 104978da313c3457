using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Gateway.Approvals;

/// <summary>What did not work about approvals while nobody waited for it, in the log. Ids 2200-2299.</summary>
internal sealed partial class TroubleLog(ILogger<TroubleLog> logger) : IApprovalTrouble, INoticeObserver
{
    public void Troubled(string what, Exception? exception) => LogTrouble(logger, exception, what);

    [LoggerMessage(2200, LogLevel.Error, "Approvals: {What}")]
    private static partial void LogTrouble(ILogger logger, Exception? exception, string what);
}
