namespace CursorBroker.Gateway.Pages;

/// <summary>A way on.</summary>
/// <param name="Href">Where to: one of the broker's own addresses.</param>
/// <param name="Label">What it says.</param>
public sealed record PageLink(string Href, string Label)
{
    /// <summary>To the set-up page.</summary>
    public static PageLink Setup { get; } = new("/", "Go back");

    /// <summary>To the inbox.</summary>
    public static PageLink Inbox { get; } = new("/approvals", "Go to your approvals");
}
