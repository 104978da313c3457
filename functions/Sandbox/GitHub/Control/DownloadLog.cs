using System.Collections.Immutable;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>Every request that reached the download host.</summary>
public sealed class DownloadLog
{
    private ImmutableList<DownloadRequest> _entries = [];

    /// <summary>What came so far, oldest first.</summary>
    public IReadOnlyList<DownloadRequest> Entries => _entries;

    internal void Add(string path, bool hadCredential) =>
        ImmutableInterlocked.Update(ref _entries, static (list, one) => list.Add(one), new DownloadRequest(path, hadCredential));
}

/// <summary>One of them.</summary>
/// <param name="Path">The path as it was sent, without the signature.</param>
/// <param name="HadCredential">True when it brought an Authorization header, which it never needs and must not get.</param>
public sealed record DownloadRequest(string Path, bool HadCredential);
