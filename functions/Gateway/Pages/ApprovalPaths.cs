using CursorBroker.Core.Approvals;

namespace CursorBroker.Gateway.Pages;

/// <summary>The paths of an approval.</summary>
internal static class ApprovalPaths
{
    public static string Of(ApprovalId id) => $"/{ApprovalLinks.Segment}/{id.Value}";

    public static string Decision(ApprovalId id) => Of(id) + "/decision";

    public static string Cancel(ApprovalId id) => Of(id) + "/cancel";
}
