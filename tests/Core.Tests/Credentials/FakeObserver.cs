using System.Collections.Concurrent;
using System.Threading.Channels;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Core.Tests.Credentials;

internal sealed record Told(string Sha256, string Why, bool Confirmed);

/// <summary>Keeps what it was told, and lets a test wait for the next.</summary>
internal sealed class FakeObserver : ICredentialObserver
{
    private readonly Channel<Told> _told = Channel.CreateUnbounded<Told>();

    public ConcurrentQueue<string> Troubles { get; } = [];

    public SemaphoreSlim TroubleCame { get; } = new(0);

    /// <summary>True when nothing was told that the test has not taken.</summary>
    public bool IsQuiet => _told.Reader.Count == 0;

    public void Revoked(string sha256, string why, bool confirmed) => Assert.IsTrue(_told.Writer.TryWrite(new(sha256, why, confirmed)));

    public void Troubled(string what, Exception? exception)
    {
        Troubles.Enqueue(what);
        TroubleCame.Release();
    }

    public async Task<Told> NextAsync() => await _told.Reader.ReadAsync();
}
