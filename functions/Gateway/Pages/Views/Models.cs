using System.Collections.Immutable;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Approvals.Snapshots;

namespace CursorBroker.Gateway.Pages.Views;

// Public, as the components are that the Razor compiler makes of the .razor files beside; nothing outside this room has a use for them.

/// <summary>What stands around every page.</summary>
/// <param name="Title">The document's title.</param>
/// <param name="Person">Who is signed in; null on pages that are the same for everybody.</param>
/// <param name="FormToken">The anti-forgery token; null on pages without forms.</param>
public sealed record PageFrame(string Title, string? Person, string? FormToken);

/// <summary>A page that says what is the matter.</summary>
/// <param name="Heading">In a few words.</param>
/// <param name="Text">In a sentence or two.</param>
/// <param name="Link">A way on; null when there is none.</param>
public sealed record ProblemView(string Heading, string Text, PageLink? Link);

/// <summary>The page between a decision and the sign-in that confirms it.</summary>
/// <param name="Frame">Around it.</param>
/// <param name="Target">The identity provider's address.</param>
public sealed record ConfirmView(PageFrame Frame, string Target);

/// <summary>The inbox.</summary>
public sealed record InboxView
{
    /// <summary>Around it.</summary>
    public required PageFrame Frame { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What waits for the person.</summary>
    public required ImmutableArray<Approval> Waiting { get; init; }

    /// <summary>How many more.</summary>
    public required int WaitingLeftOut { get; init; }

    /// <summary>What the person asked for.</summary>
    public required ImmutableArray<Approval> Mine { get; init; }

    /// <summary>How many more.</summary>
    public required int MineLeftOut { get; init; }

    /// <summary>What the person decided on.</summary>
    public required ImmutableArray<Approval> TookPart { get; init; }

    /// <summary>How many more.</summary>
    public required int TookPartLeftOut { get; init; }
}

/// <summary>One approval.</summary>
public sealed record ApprovalView
{
    /// <summary>Around it.</summary>
    public required PageFrame Frame { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The approval.</summary>
    public required Approval Approval { get; init; }

    /// <summary>What it would do; null when it cannot be shown any more.</summary>
    public required ApprovalSnapshot? Snapshot { get; init; }

    /// <summary>Who was told.</summary>
    public required ImmutableArray<NoticeStatus> Notices { get; init; }

    /// <summary>Whether the person made the request.</summary>
    public required bool IsMine { get; init; }

    /// <summary>Whether to offer a decision.</summary>
    public required bool MayDecide { get; init; }

    /// <summary>The reason as typed so far.</summary>
    public required string Typed { get; init; }

    /// <summary>What was wrong with the form; null when nothing was.</summary>
    public required string? Error { get; init; }
}
