using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>How an upstream's advertisement is reduced to what a caller may see.</summary>
/// <param name="Service">The service that was asked for.</param>
/// <param name="Visible">The refs shown.</param>
/// <param name="Agent">The broker's own name and version, shown in place of the upstream's: printable ASCII, no space.</param>
public sealed record AdvertisementRules(GitService Service, RefVisibility Visible, string Agent)
{
    private readonly bool _byIdReads;

    /// <summary>
    /// Whether wants by object id and partial clones may be offered: no ref is hidden (else this is false whatever it is set to) and no
    /// path is denied to readers.
    /// </summary>
    public bool ByIdReads
    {
        get => _byIdReads && Visible.IsEverything;
        init => _byIdReads = value;
    }
}

/// <summary>What became of an advertisement.</summary>
/// <param name="Version">The protocol version the upstream speaks: 0, 1 or 2.</param>
/// <param name="Failure">
/// Why it broke off; null when it was passed on to its end. Part of it may have been written by then: the response must be aborted unless
/// <paramref name="Started"/> is false.
/// </param>
/// <param name="Started">True when something was written.</param>
public sealed record AdvertisementOutcome(int Version, GitFailure? Failure, bool Started);
