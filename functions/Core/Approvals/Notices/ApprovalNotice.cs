using System.Collections.Immutable;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>What people are told, whatever the channel: facts and one link. Texts are safe to show: one line each, no control or invisible characters.</summary>
/// <param name="Title">One line: who wants what.</param>
/// <param name="Facts">Name and value pairs, in order.</param>
/// <param name="Lines">What would be done, a line each.</param>
/// <param name="Link">Where to look and decide.</param>
/// <param name="Expires">Until when.</param>
/// <param name="Reminder">Whether this was said before.</param>
public sealed record ApprovalNotice(
    string Title, ImmutableArray<KeyValuePair<string, string>> Facts, ImmutableArray<string> Lines, Uri Link, DateTimeOffset Expires, bool Reminder);
