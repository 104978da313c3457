using System.Collections.Concurrent;
using CursorBroker.Core.Approvals.Notices;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;
using Microsoft.Extensions.Logging;

namespace CursorBroker.Adapters.Tests.Notices;

/// <summary>What the tests of every channel send, and to whom.</summary>
internal static class Samples
{
    public static readonly NotifyTarget Leads = new("teams-webhook", ["lead@example.com", "second@example.com"]);

    public static readonly ApprovalNotice Notice = new(
        "Dana needs an approval for acme/payments-api",
        [new("Who", "Dana"), new("Expires", "2026-11-20 12:30:00 UTC")],
        ["update refs/heads/main"],
        new Uri("https://broker.example/approvals/a-0123"),
        new DateTimeOffset(2026, 11, 20, 12, 30, 0, TimeSpan.Zero),
        Reminder: false);

    /// <summary>The same text everywhere.</summary>
    public static ApprovalNotice Hostile(string text) => Notice with { Title = text, Facts = [new("Who", text)], Lines = [text] };
}

/// <summary>Secrets that a test put there; every other name is none.</summary>
internal sealed class FakeSecrets : ISecretSource
{
    public Dictionary<string, string> Values { get; } = [];

    /// <summary>Where they are kept cannot be asked.</summary>
    public bool IsDown { get; set; }

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken) => IsDown
        ? throw new SecretUnavailableException("https://vault.example refuses the identity 0000")
        : ValueTask.FromResult(Values.GetValueOrDefault(name));
}

/// <summary>Keeps what was logged, exceptions included.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
}
