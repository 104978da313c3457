namespace CursorBroker.Core.Approvals;

/// <summary>Where people find an approval: below the broker's public address, which comes from configuration and never from a request.</summary>
/// <param name="publicAddress">The address, asked for each time, since a host may learn its own port only when it listens.</param>
public sealed class ApprovalLinks(Func<Uri> publicAddress)
{
    /// <summary>The first path segment of the approval pages.</summary>
    public const string Segment = "approvals";

    /// <summary>The broker's public address, as configured; its path is empty.</summary>
    public Uri Root => publicAddress();

    /// <summary>The page of one approval. The link only shows; it holds no power of its own.</summary>
    public Uri PageOf(ApprovalId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new Uri(publicAddress(), $"{Segment}/{id.Value}");
    }

    /// <summary>The inbox.</summary>
    public Uri Inbox => new(publicAddress(), Segment);
}
